import { formatSocket } from "../model/address.js";
import { type AnswerHead, answerHead } from "../model/answer.js";
import { parseIstioClusterName } from "../model/istio-name.js";
import type { Request, RequestTls, SocketEnd } from "../model/request.js";
import type { Snapshot } from "../model/snapshot.js";
import { contextOf, type ExplainContext } from "./context.js";
import { type ExplainOptions, explain } from "./explain-request.js";
import type { Explanation } from "./explanation.js";
import { parseSocketEnd } from "./parse-socket-end.js";
import { upstreamProtocol } from "./upstream-tls.js";

export const agreementChecks = ["endpoint", "transport", "protocol", "outcome"] as const;

/** Whether what the first proxy sends is what the second takes. */
export interface Agreement {
  readonly check: (typeof agreementChecks)[number];
  /** null: the dumps don't decide it. */
  readonly agrees: boolean | null;
  readonly message: string;
  readonly at: string;
}

/** A request's way out of one sidecar and into the next. */
export interface PathExplanation extends AnswerHead<"path"> {
  /** The first proxy's explanation, and the second's where the request comes that far. */
  readonly hops: readonly Explanation[];
  readonly agreement: readonly Agreement[];
}

/**
 * Follows a request out of one proxy and into the next: what the first sends to the second's pod (address, TLS, ALPN, protocol,
 * authority, path), and what the second makes of it.
 */
export function explainPath(first: Snapshot, next: Snapshot, request: Request, options: ExplainOptions = {}): PathExplanation {
  const out = explain(first, request, options);
  const from = contextOf(first);
  const to = contextOf(next);
  const dialled = endpointIn(out, to);
  if (out.outcome !== "forward" || dialled === undefined) {
    return { ...answerHead("path"), hops: [out], agreement: [notReached(out, to)] };
  }
  const sent = requestTo(dialled.end, out, from);
  const into = explain(next, sent);
  return {
    ...answerHead("path"),
    hops: [out, into],
    agreement: [
      {
        check: "endpoint",
        agrees: true,
        message: `${dialled.cluster} dials ${formatSocket(dialled.end.ip, dialled.end.port)}, an address of ${podOf(to)}`,
        at: dialled.at,
      },
      transportAgreement(sent, into),
      protocolAgreement(out, into),
      outcomeAgreement(into),
    ],
  };
}

const addressesOf = ({ configuration }: ExplainContext): readonly string[] => {
  const { bootstrap } = configuration;
  const listed = bootstrap?.message.node?.metadata?.INSTANCE_IPS;
  return [...(bootstrap?.proxy == null ? [] : [bootstrap.proxy.ip]), ...(typeof listed === "string" ? listed.split(",") : [])];
};

const podOf = ({ configuration }: ExplainContext): string => {
  const proxy = configuration.bootstrap?.proxy;
  return proxy == null ? "the second proxy" : `${proxy.pod}.${proxy.namespace}`;
};

function endpointIn(
  out: Explanation,
  to: ExplainContext,
): { readonly end: SocketEnd; readonly cluster: string; readonly at: string } | undefined {
  const own = addressesOf(to);
  const cluster = out.clusters.find(({ chosen }) => chosen === true) ?? out.clusters.find(({ chosen }) => chosen === null);
  for (const { address, at } of out.endpoints) {
    const end = parseSocketEnd(address);
    if (end !== undefined && own.includes(end.ip)) return { end, cluster: cluster?.name ?? "", at };
  }
  return undefined;
}

function notReached(out: Explanation, to: ExplainContext): Agreement {
  if (out.outcome !== "forward")
    return { check: "endpoint", agrees: false, message: "the first proxy does not forward the request", at: out.cause?.at ?? "" };
  const dialled = out.endpoints.map(({ address }) => address).join(", ");
  const own = addressesOf(to).join(", ") || "not in its dump";
  return {
    check: "endpoint",
    agrees: dialled === "" ? null : false,
    message: `the first proxy dials ${dialled === "" ? "endpoints that its dump does not hold" : dialled}; the address of ${podOf(to)} is ${own}`,
    at: out.clusters[0]?.at ?? "",
  };
}

/** The request as the first proxy sends it. */
function requestTo(destination: SocketEnd, out: Explanation, from: ExplainContext): Request {
  const { request, tls } = out;
  const [source] = addressesOf(from);
  const own: RequestTls | undefined =
    tls === null || tls.mode === "PLAINTEXT"
      ? undefined
      : {
          ...(tls.sni === null ? {} : { sni: tls.sni }),
          ...(tls.alpn.length === 0 ? {} : { alpn: tls.alpn }),
          ...(tls.mode === "SIMPLE" ? {} : { clientCertificate: { uris: identityOf(from) } }),
        };
  const asHttp = out.virtualHost !== null && request.http !== undefined;
  const through = own ?? (asHttp ? undefined : request.tls);
  return {
    ...(request.id === undefined ? {} : { id: request.id }),
    direction: "inbound",
    destination,
    ...(source === undefined ? {} : { source: { ip: source, port: 0 } }),
    ...(through === undefined ? {} : { tls: through }),
    ...(request.http === undefined ? {} : { http: asHttp ? upstreamHttp(out, from) : request.http }),
    ...(request.payload === undefined ? {} : { payload: request.payload }),
    ...(request.payloadBase64 === undefined ? {} : { payloadBase64: request.payloadBase64 }),
    ...(request.serverFirst === undefined ? {} : { serverFirst: request.serverFirst }),
    ...(request.bodyBytes === undefined ? {} : { bodyBytes: request.bodyBytes }),
    ...(request.headerPadBytes === undefined ? {} : { headerPadBytes: request.headerPadBytes }),
  };
}

function upstreamHttp(out: Explanation, from: ExplainContext): NonNullable<Request["http"]> {
  const http = out.request.http ?? { version: "http/1.1", method: "GET", headers: {} };
  const name = (out.clusters.find(({ chosen }) => chosen !== false) ?? out.clusters[0])?.name ?? "";
  const cluster = from.configuration.cluster(name);
  const authority = out.rewrite?.authority ?? http.authority;
  const path = out.rewrite?.path ?? http.path;
  return {
    version: cluster === undefined ? http.version : upstreamProtocol(cluster, http.version),
    method: http.method,
    ...(authority === undefined ? {} : { authority }),
    ...(path === undefined ? {} : { path }),
    headers: http.headers,
  };
}

/** The SPIFFE ids in the first proxy's own certificate. */
function identityOf({ configuration }: ExplainContext): readonly string[] {
  const [certificate] = configuration.secret("default")?.certificates ?? [];
  return certificate?.subjectAltNames.filter((name) => name.startsWith("spiffe://")) ?? [];
}

function transportAgreement(sent: Request, into: Explanation): Agreement {
  const step = into.why.find(({ step: name }) => name === "transport socket");
  const broken = into.cause?.code === "tls-handshake" || into.cause?.code === "no-filter-chain";
  const spoken =
    sent.tls === undefined
      ? "plain text"
      : `TLS${sent.tls.sni === undefined ? "" : ` with SNI ${sent.tls.sni}`}${sent.tls.alpn === undefined ? "" : `, ALPN ${sent.tls.alpn.join(", ")}`}`;
  const at = into.filterChain?.at ?? into.listener?.at ?? "";
  const taken = broken ? `refused: ${into.cause?.message ?? ""}` : step === undefined ? "taken as it is" : step.decision;
  return { check: "transport", agrees: !broken, message: `${spoken} is sent; ${taken}`, at };
}

function protocolAgreement(out: Explanation, into: Explanation): Agreement {
  const asHttp = out.virtualHost !== null;
  const takenAsHttp = into.virtualHost !== null || into.routeConfiguration !== null;
  const wrong = into.cause?.code === "protocol-error";
  const say = (http: boolean): string => (http ? "HTTP" : "TCP");
  return {
    check: "protocol",
    agrees: into.filterChain === null ? null : !wrong,
    message: `sent as ${say(asHttp)}, taken as ${say(takenAsHttp)}${wrong ? `: ${into.cause?.message ?? ""}` : ""}`,
    at: into.filterChain?.at ?? "",
  };
}

function outcomeAgreement(into: Explanation): Agreement {
  const name = into.clusters.find(({ chosen }) => chosen !== false)?.name ?? "";
  const own = parseIstioClusterName(name)?.direction === "inbound";
  const reached = into.outcome === "forward";
  return {
    check: "outcome",
    agrees: reached,
    message: reached
      ? `handed to the application${own ? ` by ${name}` : ` through ${name}`}`
      : `not handed to the application: ${into.cause?.message ?? into.outcome}`,
    at: into.clusters[0]?.at ?? into.cause?.at ?? "",
  };
}
