import { parseIp } from "../match/cidr.js";
import type { JsonObject } from "../util/json.js";
import type { CauseCode, Explanation } from "./explanation.js";

/** The ServiceEntry that would give a request a cluster of its own, or why none is suggested. */
export type Suggestion = { readonly serviceEntry: JsonObject } | { readonly because: string };

const catchAllCauses: ReadonlySet<CauseCode> = new Set(["no-listener", "catch-all-virtual-host", "blocked", "no-filter-chain"]);

/**
 * The Istio ServiceEntry that would name the destination of a request which ends in PassthroughCluster or BlackHoleCluster.
 */
export function suggestServiceEntry(explanation: Explanation): Suggestion {
  const { cause, request } = explanation;
  if (cause === null) return { because: "the request has a cluster of its own" };
  if (request.direction === "inbound") return { because: "a ServiceEntry is for outbound requests" };
  if (!catchAllCauses.has(cause.code)) return { because: `a ServiceEntry does not change this: ${cause.message}` };
  const { ip, port } = request.destination;
  const host = hostOf(explanation);
  const protocol = protocolOf(explanation);
  const named = host ?? `ip-${ip.replace(/[.:]+/g, "-")}.external`;
  return {
    serviceEntry: {
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata: { name: named.replace(/[^a-z0-9]+/gi, "-").toLowerCase() },
      spec: {
        hosts: [named],
        ...(host === undefined ? { addresses: [ip] } : {}),
        location: "MESH_EXTERNAL",
        ports: [{ number: port, name: `${protocol.toLowerCase()}-${port}`, protocol }],
        resolution: host === undefined ? "NONE" : "DNS",
      },
    },
  };
}

/** The name that the request itself carries: in its SNI, else in its authority. */
function hostOf({ request }: Explanation): string | undefined {
  const name = request.tls?.sni ?? request.http?.authority?.replace(/:\d+$/, "");
  return name === undefined || name === "" || parseIp(name.replace(/^\[(.*)\]$/, "$1")) !== undefined ? undefined : name.toLowerCase();
}

function protocolOf({ request }: Explanation): "TLS" | "HTTP" | "GRPC" | "TCP" {
  if (request.tls !== undefined) return "TLS";
  if (request.http === undefined) return "TCP";
  return request.http.headers["content-type"]?.[0]?.startsWith("application/grpc") === true ? "GRPC" : "HTTP";
}
