import type { HttpConnectionManager } from "../generated/messages.js";
import type { RequestHttp } from "../model/request.js";

/** What the first line of an HTTP/1 request asks for; `authority` and `scheme` only where the target is a whole URI. */
export type RequestTarget =
  | { readonly kind: "target"; readonly path: string | undefined; readonly authority?: string; readonly scheme?: "http" | "https" }
  | { readonly kind: "refused"; readonly status: 400 | 403; readonly details: string; readonly because: string };

const refused = (details: string, because: string, status: 400 | 403 = 400): RequestTarget => ({
  kind: "refused",
  status,
  details,
  because,
});

const uri = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]*\]|[A-Za-z0-9.-]+)((?::\d+)?)([/?].*)?$/s;
const connectTarget = /^(?:\[[0-9A-Fa-f:.]*\]|[A-Za-z0-9.-]+):(\d+)$/;
const highestPort = 65_535;

/**
 * Reads the target of a request as Envoy's HTTP/1 codec does: a path; a whole URI, whose host and scheme go before the Host header and
 * x-forwarded-proto, and whose user is dropped; `*` with OPTIONS; for CONNECT a host with its port. HTTP/2 names its parts itself.
 *
 * @param overTls did the request come inside TLS that Envoy took off?
 */
export function readTarget(http: RequestHttp, manager: HttpConnectionManager, overTls: boolean): RequestTarget {
  const { path } = http;
  if (http.version === "h2") return { kind: "target", path };
  if (http.method === "CONNECT") return readConnect(http.authority ?? "");
  if (path === undefined || path.startsWith("/") || (path === "*" && http.method === "OPTIONS")) return { kind: "target", path };
  if (!/^(\*|[A-Za-z][A-Za-z0-9+.-]*:\/\/)/.test(path))
    return refused("http1.codec_error", "the request target is neither a path nor a URI");
  if (path.includes("#") && !/^[^:]*:\/\/[^#]*[/?]/.test(path))
    return refused("http1.codec_error", "the request target has a fragment and no path");
  // Left as it is, it is no path either.
  if (manager.http_protocol_options?.allow_absolute_url === false) return { kind: "target", path };
  if (path.startsWith("*")) return refused("http1.invalid_url", "the request target * is for OPTIONS alone");
  const scheme = path.slice(0, path.indexOf(":")).toLowerCase();
  if (scheme !== "http" && scheme !== "https") return refused("http1.invalid_scheme", `the request target's scheme is ${scheme}`);
  const [, , host = "", port = "", rest = "/"] = uri.exec(path) ?? [];
  if (host === "" || Number(port.slice(1)) > highestPort)
    return refused("http1.invalid_url", "the request target is no URI that Envoy reads");
  const trustsNobody = manager.use_remote_address === true && (manager.xff_num_trusted_hops ?? 0) === 0;
  if (scheme === "https" && !overTls && trustsNobody) {
    return refused("http1.https_url_on_plaintext_connection", "the request target is an https URI, and the connection is plaintext", 403);
  }
  return { kind: "target", path: rest, authority: host + port, scheme };
}

function readConnect(authority: string): RequestTarget {
  const port = connectTarget.exec(authority)?.[1];
  if (port !== undefined && Number(port) <= highestPort) return { kind: "target", path: undefined };
  const blank = /\s|[^!-~]/.test(authority);
  return refused(blank ? "http1.codec_error" : "http1.invalid_url", "the target of CONNECT is no host with a port");
}
