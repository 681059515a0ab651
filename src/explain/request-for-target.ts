import type { Request, RequestHttp, RequestTls, SocketEnd } from "../model/request.js";
import type { Snapshot } from "../model/snapshot.js";
import { UsageError } from "../model/usage-error.js";
import { directionOf } from "./choose-listener.js";
import { contextOf } from "./context.js";
import type { Resolution } from "./explanation.js";
import { parseSocketEnd } from "./parse-socket-end.js";
import { resolveAtGateway, resolveHost } from "./resolve-host.js";

/** What may be said of a request beside its target. */
export interface TargetOptions {
  /** The address dialled, in place of the one that the target's name resolves to. */
  readonly to?: SocketEnd;
  readonly direction?: "inbound" | "outbound";
  readonly source?: SocketEnd;
  readonly sni?: string;
  readonly alpn?: readonly string[];
  readonly clientCertificateUris?: readonly string[];
  readonly method?: string;
  /** In their order; `host` goes before the target's authority. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly http2?: boolean;
  readonly payload?: string;
  readonly serverFirst?: boolean;
  readonly random?: number;
}

interface Target {
  readonly scheme: "http" | "https" | "grpc" | "tls" | "tcp";
  readonly host: string;
  readonly port: number;
  /** As it stands in the target, with its port. */
  readonly authority: string;
  readonly path: string;
}

const defaultPorts: Readonly<Record<Target["scheme"], number | undefined>> = { http: 80, https: 443, grpc: 80, tls: 443, tcp: undefined };

/**
 * The request that a target stands for: `http://`, `https://` (TLS with SNI and ALPN, so h2 inside), `grpc://`, `tls://`, `tcp://`,
 * or HOST:PORT (TCP, the client speaks first). A name is resolved from the dump alone.
 *
 * @throws UsageError for a target that is none of these
 */
export function requestForTarget(
  snapshot: Snapshot,
  text: string,
  options: TargetOptions = {},
): { readonly request: Request; readonly resolved: Resolution } {
  const target = parseTarget(text);
  const { configuration } = contextOf(snapshot);
  const proxy = configuration.bootstrap?.proxy;
  const direction = options.direction ?? directionOf({ destination: { ip: "", port: 0 } }, proxy?.type);
  const found =
    options.to !== undefined
      ? { destination: options.to, resolved: { how: "given", at: null } as const }
      : direction === "inbound" && proxy?.type === "router"
        ? resolveAtGateway(configuration, proxy.ip, target.port)
        : resolveHost(configuration, target.host, target.port);
  const tls = tlsOf(target, options);
  const http = httpOf(target, options);
  const request: Request = {
    ...(options.direction === undefined ? {} : { direction: options.direction }),
    destination: found.destination,
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(tls === undefined ? {} : { tls }),
    ...(http === undefined ? {} : { http }),
    ...(tls === undefined && http === undefined && options.serverFirst !== true ? { payload: options.payload ?? "hello tcp\n" } : {}),
    ...(options.serverFirst === true ? { serverFirst: true } : {}),
    ...(options.random === undefined ? {} : { random: options.random }),
  };
  return { request, resolved: found.resolved };
}

function parseTarget(text: string): Target {
  const parts = /^(?:([a-z0-9+.-]+):\/\/)?([^/?#]*)(.*)$/i.exec(text);
  const scheme = (parts?.[1] ?? "tcp").toLowerCase();
  if (!isScheme(scheme)) throw new UsageError(`target ${text}: the scheme ${scheme} is none of ${Object.keys(defaultPorts).join(", ")}`);
  const authority = parts?.[2] ?? "";
  const end = parseSocketEnd(authority, defaultPorts[scheme]);
  if (end === undefined) {
    const wanted = defaultPorts[scheme] === undefined ? "HOST:PORT" : `${scheme}://HOST[:PORT][/PATH]`;
    throw new UsageError(`target ${text}: give it as ${wanted}`);
  }
  const rest = (parts?.[3] ?? "").replace(/#.*$/, "");
  return { scheme, host: end.ip, port: end.port, authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}

const isScheme = (text: string): text is Target["scheme"] => Object.hasOwn(defaultPorts, text);

function tlsOf(target: Target, options: TargetOptions): RequestTls | undefined {
  const asked = options.sni !== undefined || options.alpn !== undefined || options.clientCertificateUris !== undefined;
  if (target.scheme !== "https" && target.scheme !== "tls" && !asked) return undefined;
  const isName = !/^[\d.]+$|:/.test(target.host);
  const sni = options.sni ?? (isName ? target.host : undefined);
  const alpn = options.alpn ?? (target.scheme === "https" ? ["h2", "http/1.1"] : undefined);
  return {
    ...(sni === undefined || sni === "" ? {} : { sni }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(options.clientCertificateUris === undefined ? {} : { clientCertificate: { uris: options.clientCertificateUris } }),
  };
}

function httpOf(target: Target, options: TargetOptions): RequestHttp | undefined {
  if (target.scheme === "tcp" || target.scheme === "tls" || options.serverFirst === true || options.payload !== undefined) return undefined;
  const grpc = target.scheme === "grpc";
  const overH2 = grpc || options.http2 === true || (target.scheme === "https" && (options.alpn ?? ["h2"]).includes("h2"));
  const headers = new Map<string, string[]>(
    grpc
      ? [
          ["content-type", ["application/grpc"]],
          ["te", ["trailers"]],
        ]
      : [],
  );
  let authority = withoutDefaultPort(target);
  for (const [name, value] of options.headers ?? []) {
    const key = name.toLowerCase();
    if (key === "host" || key === ":authority") authority = value;
    else headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return {
    version: overH2 ? "h2" : "http/1.1",
    method: options.method ?? (grpc ? "POST" : "GET"),
    authority,
    path: target.path,
    headers: Object.fromEntries(headers),
  };
}

/** The authority as curl sends it: the scheme's own port is left out. */
function withoutDefaultPort({ scheme, authority, port }: Target): string {
  const own = defaultPorts[scheme];
  return own === port ? authority.replace(new RegExp(`:${own}$`), "") : authority;
}
