import type { Explanation } from "../../explain/explanation.js";
import type { RouteMatch } from "../../generated/messages.js";
import { describePath } from "../../match/path.js";
import { describeRouteMatch } from "../../match/route-match.js";
import { formatSocket } from "../../model/address.js";
import type { Request } from "../../model/request.js";
import { likelyCluster, type Parting } from "./difference-key.js";

/** Where the requests of a class go: a virtual host, a listener, the cluster that both sides choose. */
export function describePlace({ kind }: Parting, { before, after }: { readonly before: Explanation; readonly after: Explanation }): string {
  if (kind === "cluster") return `cluster ${likelyCluster(before) || likelyCluster(after) || "(none)"}`;
  const tables = [...new Set([before, after].flatMap(({ routeConfiguration }) => routeConfiguration?.name ?? []))].join(" and ");
  if (kind === "connection" || tables === "") {
    const names = [...new Set([before, after].flatMap(({ listener }) => listener?.name ?? []))];
    return names.length === 0 ? "no listener" : `listener ${names.join(" and ")}`;
  }
  const hosts = [...new Set([before, after].flatMap(({ virtualHost }) => virtualHost?.name ?? []))];
  const both = before.virtualHost !== null && after.virtualHost !== null;
  const host = both && hosts.length === 1 ? `virtual host ${hosts[0]}` : `host ${before.request.http?.authority ?? "(none)"}`;
  return `routes ${tables}, ${host}`;
}

/** What a request must show to meet both matches, in words: `prefix /v2, header end-user = jason`. */
export function describeBoth(old: RouteMatch | undefined, now: RouteMatch | undefined): string {
  const matches = [old, now].filter((match) => match !== undefined);
  const paths = narrowest(matches);
  const others = matches.flatMap((match) => {
    const rest = describeRouteMatch(match).slice(describePath(match).length).replace(/^, /, "");
    return rest === "" ? [] : [rest];
  });
  const criteria = [...new Set([...paths, ...others])];
  return criteria.length === 0 ? "any path" : criteria.join(", ");
}

/** The path conditions, without those that another one implies. */
function narrowest(matches: readonly RouteMatch[]): readonly string[] {
  const implied = (match: RouteMatch): boolean =>
    match.prefix === "/" ||
    matches.some((other) => {
      const literal = other.path ?? other.path_separated_prefix ?? other.prefix;
      return (
        other !== match &&
        match.prefix !== undefined &&
        match.case_sensitive !== false &&
        literal !== undefined &&
        literal.length > match.prefix.length &&
        literal.startsWith(match.prefix)
      );
    });
  return matches.filter((match) => !implied(match)).map(describePath);
}

/** A connection in words: `TLS with SNI reviews.example and ALPN h2 to 10.96.0.11:9080`. */
export function describeConnection(request: Request): string {
  const { direction, destination, source, directSource, tls, http, acceptedBy } = request;
  const inside = http === undefined ? describeBytes(request) : http.version.toUpperCase();
  const shown = [
    ...(tls?.sni === undefined ? [] : [`SNI ${tls.sni}`]),
    ...(tls?.alpn === undefined ? [] : [`ALPN ${tls.alpn.join(", ")}`]),
  ];
  const spoken =
    tls === undefined
      ? inside
      : `${http === undefined ? "TLS" : `${inside} in TLS`}${shown.length === 0 ? "" : ` with ${shown.join(" and ")}`}${tls.clientCertificate === undefined ? ", without a client certificate" : ""}`;
  const from = [...(source === undefined ? [] : [`from ${source.ip}`]), ...(directSource === undefined ? [] : [`by ${directSource.ip}`])];
  const through = acceptedBy === undefined ? "" : ` (accepted by ${acceptedBy})`;
  return `${direction ?? "outbound"} ${spoken} to ${formatSocket(destination.ip, destination.port)}${through}${from.length === 0 ? "" : ` ${from.join(" ")}`}`;
}

const describeBytes = ({ serverFirst, payload }: Request): string =>
  serverFirst === true
    ? "a client that waits for the server"
    : payload?.includes("\n") === false
      ? "a few bytes that may become HTTP"
      : "bytes that are no HTTP";
