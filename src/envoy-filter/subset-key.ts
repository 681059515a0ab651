/** What istiod reads out of a cluster's name, or an inbound route configuration's. Parts that it can't read are "" and 0. */
export interface SubsetKey {
  readonly direction: string;
  readonly port: number;
  readonly subset: string;
  readonly host: string;
}

/**
 * Parses `direction|port|subset|host` or `outbound_.port_.subset_.host` part by part, as far as it goes: `outbound|80|v1` has a port and
 * no subset, and a host in which the separator stands again counts as none. Laxer than `parseIstioClusterName`, which tells whether a
 * name is Istio's; mirrors ParseSubsetKey of Istio's model package.
 */
export function parseSubsetKey(name: string): SubsetKey {
  const separator = /^(out|in)bound_/.test(name) ? "_." : "|";
  const [direction = "", port, subset, host, ...rest] = name.split(separator);
  return {
    direction: port === undefined ? "" : direction,
    port: subset === undefined ? 0 : wholeNumber(port ?? ""),
    subset: host === undefined ? "" : (subset ?? ""),
    host: rest.length > 0 ? "" : (host ?? ""),
  };
}

/** A decimal number; 0 for any other text. */
export const wholeNumber = (text: string): number => (/^[+-]?\d{1,18}$/.test(text) ? Number(text) : 0);
