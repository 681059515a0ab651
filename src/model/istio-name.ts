/** What Istio's name of a cluster says. Istio's words: subset "" is none, port 0 is none. */
export interface IstioClusterName {
  readonly direction: "inbound" | "outbound" | "inbound-vip";
  readonly port: number;
  readonly subset: string;
  /** The service's host; "" for the clusters of the proxy's own ports (`inbound|9080||`). */
  readonly host: string;
}

/**
 * Parses a cluster name that Istio made: `outbound|9080|v1|reviews.default.svc.cluster.local`, the form of SNI names
 * `outbound_.9080_.v1_.reviews.default.svc.cluster.local`, and statistics names, which end in `;`.
 * undefined: not such a name (PassthroughCluster, a cluster of somebody's own).
 * Mirrors BuildSubsetKey and BuildDNSSrvSubsetKey of Istio's model package.
 */
export function parseIstioClusterName(name: string): IstioClusterName | undefined {
  const plain = name.endsWith(";") ? name.slice(0, -1) : name;
  const parts = plain.includes("|") ? plain.split("|") : splitSni(plain);
  const [direction, port, subset, host, ...rest] = parts ?? [];
  if (direction === undefined || port === undefined || subset === undefined || host === undefined || rest.length > 0) return undefined;
  if (!isDirection(direction) || !/^\d{0,5}$/.test(port)) return undefined;
  return { direction, port: Number(port), subset, host };
}

const isDirection = (text: string): text is IstioClusterName["direction"] =>
  text === "inbound" || text === "outbound" || text === "inbound-vip";

function splitSni(name: string): readonly string[] | undefined {
  const parts = /^(inbound|outbound)_\.(\d*)_\.(.*?)_\.(.*)$/.exec(name);
  return parts === null ? undefined : parts.slice(1);
}

/** The name of the Kubernetes service in a host: `reviews` of `reviews.default.svc.cluster.local`. */
export const firstLabel = (host: string): string => host.split(".", 1)[0] ?? host;

/**
 * Does a filter value name this field? It does when it is the whole field or its leading dot-separated labels:
 * `reviews` names `reviews.default.svc.cluster.local` and not `myreviews`.
 */
export function namesField(wanted: string, field: string): boolean {
  return field === wanted || field.startsWith(`${wanted}.`);
}
