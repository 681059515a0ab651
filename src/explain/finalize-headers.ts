import type { Route, RouteConfiguration, VirtualHost, WeightedCluster_ClusterWeight } from "../generated/messages.js";
import { lowerAscii } from "../match/ascii-case.js";
import { formatIp, parseIp } from "../match/cidr.js";
import { type ConnectionEnd, type MatchedConnection, unknownSource, unknownSourcePort } from "../match/connection.js";
import type { RequestHeaders } from "../match/request-headers.js";
import type { Unknown } from "../match/verdict.js";
import type { HttpVersion } from "../model/request.js";
import { type HeaderMutations, type HeaderSide, mutateHeaders } from "./mutate-headers.js";
import { substituteFormat } from "./substitute-format.js";

/** The messages whose header mutations a request meets on its way to a route. */
export interface RouteLevels {
  readonly configuration: RouteConfiguration;
  readonly virtualHost: VirtualHost;
  readonly route: Route;
  /** The weighted cluster's entry that was drawn; null where there is none. */
  readonly entry: WeightedCluster_ClusterWeight | null;
}

/** Values of the format operators without arguments. */
export type Operators = ReadonlyMap<string, string | Unknown>;

/**
 * The request's headers after the mutations of its route, as they go upstream but for what the router itself sets. Operators see the
 * headers that the levels before have left.
 */
export function finalizeRequestHeaders(levels: RouteLevels, request: RequestHeaders, operators: Operators): RequestHeaders {
  return mutateHeaders(request, mutationsOf(levels, "request"), "request", (format, headers) =>
    substituteFormat(format, { request: headers, operators, absent: "" }),
  );
}

/**
 * The response's headers after the mutations of its route; those of Envoy's own redirects and direct responses go through them too.
 *
 * @param request the headers of the request, finalised where it was forwarded
 */
export function finalizeResponseHeaders(
  levels: RouteLevels,
  response: RequestHeaders,
  request: RequestHeaders,
  operators: Operators,
): RequestHeaders {
  return mutateHeaders(response, mutationsOf(levels, "response"), "response", (format, headers) =>
    substituteFormat(format, { request, response: headers, operators, absent: "" }),
  );
}

/**
 * The mutations in Envoy's order: from the route outwards, so that the outermost wins; inwards with `most_specific_header_mutations_wins`.
 * A weighted entry's own come first in either order (measured on 1.36.4 and 1.40.0).
 */
function mutationsOf({ configuration, virtualHost, route, entry }: RouteLevels, side: HeaderSide): readonly HeaderMutations[] {
  const outwards = [route, virtualHost, configuration];
  const ordered = configuration.most_specific_header_mutations_wins === true ? outwards.reverse() : outwards;
  return [...(entry === null ? [] : [entry]), ...ordered].map((level) =>
    side === "request"
      ? { add: level.request_headers_to_add ?? [], remove: level.request_headers_to_remove ?? [] }
      : { add: level.response_headers_to_add ?? [], remove: level.response_headers_to_remove ?? [] },
  );
}

/** What is known of a request beside its headers, for format operators. */
export interface OperatorSources {
  readonly connection: MatchedConnection;
  readonly version: HttpVersion;
  /** The client's address as the connection manager settled it. */
  readonly remote: ConnectionEnd | Unknown;
  readonly route: Route;
}

const protocols: Readonly<Record<HttpVersion, string>> = { "http/1.0": "HTTP/1.0", "http/1.1": "HTTP/1.1", h2: "HTTP/2" };

/** The operators that request and dump decide; all others stay unknown. */
export function operatorsOf({ connection, version, remote, route }: OperatorSources): Operators {
  return new Map<string, string | Unknown>([
    ["PROTOCOL", protocols[version]],
    ["REQUESTED_SERVER_NAME", lowerAscii(connection.serverName)],
    ["ROUTE_NAME", route.name ?? ""],
    ...addressOperators("DOWNSTREAM_REMOTE", remote),
    ...addressOperators("DOWNSTREAM_DIRECT_REMOTE", endOr(connection.directSource)),
    ...addressOperators("DOWNSTREAM_LOCAL", endOr(connection.destination)),
  ]);
}

const endOr = (end: ConnectionEnd | undefined): ConnectionEnd | Unknown => end ?? unknownSource;

function addressOperators(name: string, end: ConnectionEnd | Unknown): readonly (readonly [string, string | Unknown])[] {
  const ip = parseIp("ip" in end ? end.ip : "");
  const host = "because" in end ? end : ip === undefined ? end.ip : formatIp(ip);
  const port = "because" in end ? end : end.port === undefined ? unknownSourcePort : String(end.port);
  const bracketed = typeof host === "string" && host.includes(":") ? `[${host}]` : host;
  const both = typeof bracketed !== "string" ? bracketed : typeof port !== "string" ? port : `${bracketed}:${port}`;
  return [
    [`${name}_ADDRESS`, both],
    [`${name}_ADDRESS_WITHOUT_PORT`, host],
    [`${name}_PORT`, port],
  ];
}
