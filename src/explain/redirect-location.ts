import type { RedirectAction } from "../generated/messages.js";
import type { RegexEncoding } from "../match/behaviour.js";
import { firstHeaderValue } from "../match/request-headers.js";
import { compileSafeRegex } from "../match/safe-regex.js";
import type { Unknown } from "../match/verdict.js";
import type { Route } from "../model/route-configuration.js";
import type { ReceivedRequest } from "./reception.js";
import { replaceMatchedPrefix, type SubstituteFormat } from "./rewrite-path.js";

const statuses: Readonly<Record<string, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

export const redirectStatus = (action: RedirectAction): number => statuses[action.response_code ?? "MOVED_PERMANENTLY"] ?? 301;

/** The Location of a redirect action, as Envoy composes it from the request. */
export function redirectLocation(
  action: RedirectAction,
  route: Route,
  request: ReceivedRequest,
  encoding: RegexEncoding,
  substitute: SubstituteFormat,
): string | Unknown {
  const scheme = action.scheme_redirect || (action.https_redirect === true ? "https" : request.scheme);
  const path = redirectPath(action, route, request, encoding, substitute);
  return typeof path === "string" ? `${scheme}://${redirectHost(action, request, scheme)}${path}` : path;
}

const defaultPorts: Readonly<Record<string, string>> = { http: "80", https: "443" };

function redirectHost(action: RedirectAction, request: ReceivedRequest, scheme: string): string {
  let host = action.host_redirect || request.authority;
  if (!action.host_redirect) {
    const port = portOf(host);
    // By x-forwarded-proto, not by the scheme: the two differ where the request target is a URI.
    const protocol = (firstHeaderValue(request.headers, "x-forwarded-proto") ?? "").toLowerCase();
    const isDefault = Object.hasOwn(defaultPorts, protocol) && port === defaultPorts[protocol];
    const dropped = action.port_redirect !== undefined ? port !== undefined : scheme !== protocol && isDefault;
    if (dropped && port !== undefined) host = host.slice(0, host.length - port.length - 1);
  }
  return action.port_redirect === undefined ? host : `${host}:${action.port_redirect}`;
}

/** What stands behind the last colon of a host, number or not, for a host with a bracket behind "]:"; undefined where there is no port. */
function portOf(host: string): string | undefined {
  const colon = host.includes("[") ? host.lastIndexOf("]:") + 1 : host.lastIndexOf(":");
  return colon < (host.includes("[") ? 1 : 0) ? undefined : host.slice(colon + 1);
}

function redirectPath(
  action: RedirectAction,
  route: Route,
  request: ReceivedRequest,
  encoding: RegexEncoding,
  substitute: SubstituteFormat,
): string | Unknown {
  const target = request.path ?? "";
  const queryStart = target.indexOf("?");
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  const query = queryStart < 0 || action.strip_query === true ? "" : target.slice(queryStart);
  const given = action.path_redirect || substitute(action.path_rewrite ?? "");
  if (typeof given !== "string") return given;
  if (given !== "") {
    const own = given.startsWith("/") ? given : `/${given}`;
    return own.includes("?") ? own : own + query;
  }
  const rewritten = rewrittenPath(action, route, path, encoding);
  return (rewritten.startsWith("/") ? rewritten : `/${rewritten}`) + query;
}

/** The path with its prefix or its matches of a regex replaced; a rewrite that leaves nothing is none. */
function rewrittenPath(action: RedirectAction, route: Route, path: string, encoding: RegexEncoding): string {
  if (action.prefix_rewrite) return replaceMatchedPrefix(route.message.match ?? {}, path, action.prefix_rewrite);
  if (action.regex_rewrite === undefined) return path;
  const regex = compileSafeRegex(action.regex_rewrite.pattern?.regex ?? "", encoding);
  return ("replaceAll" in regex && regex.replaceAll(path, action.regex_rewrite.substitution ?? "")) || path;
}
