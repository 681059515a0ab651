import { configurationOf } from "../../src/decode/configuration.js";
import { clustersOfRoute } from "../../src/explain/choose-cluster.js";
import { chooseRoute } from "../../src/explain/choose-route.js";
import { chooseVirtualCluster } from "../../src/explain/choose-virtual-cluster.js";
import { chooseVirtualHost } from "../../src/explain/choose-virtual-host.js";
import { finalizeRequestHeaders, finalizeResponseHeaders, operatorsOf, type RouteLevels } from "../../src/explain/finalize-headers.js";
import { startJournal } from "../../src/explain/journal.js";
import { receiveRequest } from "../../src/explain/receive-request.js";
import type { ReceivedRequest } from "../../src/explain/reception.js";
import type { HttpConnectionManager, WeightedCluster_ClusterWeight } from "../../src/generated/messages.js";
import { type Explanation, explain, type Request, type RequestHttp, type Snapshot } from "../../src/index.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import type { MatchedConnection } from "../../src/match/connection.js";
import { matchHeader } from "../../src/match/header.js";
import { prepareRequest } from "../../src/match/matched-request.js";
import { type RequestHeaders, requestHeaders } from "../../src/match/request-headers.js";
import type { Route, RouteConfiguration, VirtualHost } from "../../src/model/route-configuration.js";
import { isJsonObject, type JsonObject, member } from "../../src/util/json.js";
import type { Assertions, ToolInput, WrittenMatcher } from "./suite.js";
import { toolAddress } from "./tool-snapshot.js";

const version = { major: 1, minor: 40, patch: 0 };
const behaviour = behaviourOf(version);

/** An assertion that does not hold. */
export interface Failure {
  readonly assertion: keyof Assertions;
  readonly want: unknown;
  readonly got: unknown;
}

/** What the tool would report of a request: the assertions that fail. Throws where the explanation leaves its answer open. */
export function checkRoute(snapshot: Snapshot, input: ToolInput, want: Assertions): readonly Failure[] {
  const actual = runTool(snapshot, input);
  const failures: Failure[] = [];
  const fail = (assertion: keyof Assertions, wanted: unknown, got: unknown): number => failures.push({ assertion, want: wanted, got });
  const check = (assertion: keyof Assertions, got: unknown): void => {
    if (want[assertion] !== undefined && want[assertion] !== got) fail(assertion, want[assertion], got);
  };
  check("cluster_name", actual.cluster);
  check("virtual_host_name", actual.virtualHost);
  check("virtual_cluster_name", actual.virtualCluster);
  check("path_rewrite", actual.path);
  check("host_rewrite", actual.authority);
  check("path_redirect", actual.location);
  check("code_redirect", actual.code);
  check("timeout", actual.timeout);
  for (const matcher of want.request_header_matches ?? []) {
    if (!matches(matcher, actual.request)) fail("request_header_matches", matcher, [...actual.request.values]);
  }
  for (const matcher of want.response_header_matches ?? []) {
    if (!matches(matcher, actual.response)) fail("response_header_matches", matcher, [...actual.response.values]);
  }
  for (const wanted of want.route_metadata ?? []) {
    const got = member(member(actual.metadata, wanted.namespace), wanted.key);
    if (got !== wanted.value) fail("route_metadata", wanted, got);
  }
  return failures;
}

function matches(matcher: WrittenMatcher, headers: RequestHeaders): boolean {
  const { range_match: range, ...others } = matcher;
  const canonical =
    range === undefined ? others : { ...others, range_match: { start: String(range.start ?? 0), end: String(range.end ?? 0) } };
  return matchHeader(canonical, headers, behaviour).outcome === "match";
}

interface ToolAnswer {
  readonly cluster: string;
  readonly virtualHost: string;
  readonly virtualCluster: string;
  readonly path: string;
  readonly authority: string;
  readonly location: string;
  readonly code: number;
  readonly timeout: string | undefined;
  readonly metadata: JsonObject;
  readonly request: RequestHeaders;
  readonly response: RequestHeaders;
}

/** The tool's answer, from the explanation of the request and from what its route makes of the headers. */
function runTool(snapshot: Snapshot, input: ToolInput): ToolAnswer {
  const http = requestOf(input);
  const request: Request = {
    destination: toolAddress,
    source: { ip: toolAddress.ip, port: 50_000 },
    random: input.random_value ?? 0,
    http,
  };
  const { manager, configuration } = managerOf(snapshot);
  const received = receive(manager, request, http);
  const explanation = explain(snapshot, request);
  const open = explanation.uncertain.filter(({ code }) => code === "random" || code === "undecided-match");
  const found =
    input.dynamic_metadata === undefined
      ? openNothing(open, foundBy(explanation, configuration))
      : foundWith(input, configuration, received);
  const { virtualHost, route, cluster, entry } = found;
  const connection: MatchedConnection = { ...plaintext, destination: toolAddress, source: { ip: toolAddress.ip } };
  const operators = operatorsOf({ connection, version: "http/1.1", remote: received.remote, route: route?.message ?? {} });
  const levels: RouteLevels | null =
    virtualHost === null || route === null
      ? null
      : { configuration: configuration.message, virtualHost: virtualHost.message, route: route.message, entry };
  const nothing = requestHeaders([], "http/1.1");
  const metadata = route?.message.metadata?.filter_metadata ?? {};
  if (levels !== null && route?.action === "route") {
    const { authority, path } = explanation.rewrite ?? received;
    const mutated = finalizeRequestHeaders(levels, received.headers, operators);
    const finalized = { ...mutated, values: new Map(mutated.values).set(":authority", [authority ?? ""]).set(":path", [path ?? ""]) };
    const virtualCluster = chooseVirtualCluster(levels.virtualHost, finalized, behaviour);
    return {
      ...none,
      cluster,
      virtualHost: virtualHost?.name ?? "",
      virtualCluster: typeof virtualCluster === "string" ? virtualCluster : "",
      path: path ?? "",
      authority: authority ?? "",
      timeout: explanation.timeout?.route,
      metadata,
      request: finalized,
      response: finalizeResponseHeaders(levels, nothing, finalized, operators),
    };
  }
  const direct = route?.message.direct_response;
  const body = direct?.body?.inline_string ?? "";
  // The tool gives the body's headers first and mutates them then; in the proxy they come after the mutations.
  const initial =
    body === ""
      ? nothing
      : requestHeaders(
          [
            ["content-type", "text/plain"],
            ["content-length", String(body.length)],
          ],
          "http/1.1",
        );
  const answered = explanation.outcome === "redirect" || explanation.outcome === "direct_response";
  return {
    ...none,
    location:
      explanation.response?.location ?? (direct === undefined ? "" : `${received.scheme}://${received.authority}${received.path ?? ""}`),
    code: answered ? (explanation.response?.status ?? 0) : 0,
    metadata,
    request: received.headers,
    response: levels === null ? initial : finalizeResponseHeaders(levels, initial, received.headers, operators),
  };
}

const none = { cluster: "", virtualHost: "", virtualCluster: "", path: "", authority: "", location: "", code: 0, timeout: undefined };

const plaintext = { serverName: "", transportProtocol: "raw_buffer", applicationProtocols: [] };

function openNothing(open: Explanation["uncertain"], found: FoundRoute): FoundRoute {
  if (open.length > 0) throw new Error(`left open: ${open.map(({ message }) => message).join("; ")}`);
  return found;
}

/** The tool sets the scheme by a header that the connection manager trusts, and an internal request is one by way of a trusted address. */
function requestOf(input: ToolInput): RequestHttp {
  const headers: Record<string, readonly string[]> = { "x-forwarded-proto": [input.ssl === true ? "https" : "http"] };
  if (input.internal === true) headers["x-forwarded-for"] = [toolAddress.ip];
  for (const { key, value } of input.additional_request_headers ?? []) headers[key] = [...(headers[key] ?? []), value];
  return { version: "http/1.1", method: input.method, authority: input.authority, path: input.path, headers };
}

function managerOf(snapshot: Snapshot): { readonly manager: HttpConnectionManager; readonly configuration: RouteConfiguration } {
  const terminal = configurationOf(snapshot).listeners[0]?.filterChains[0]?.filters[0]?.terminal;
  if (terminal?.kind !== "http_connection_manager" || terminal.routes.kind !== "inline") throw new Error("no inline routes");
  return { manager: terminal.manager, configuration: terminal.routes.configuration };
}

function receive(manager: HttpConnectionManager, request: Request, http: RequestHttp): ReceivedRequest {
  const reception = receiveRequest(manager, request, http, {
    version,
    runtime: new Map(),
    peer: null,
    node: { id: "", cluster: "" },
    source: { ip: toolAddress.ip },
    localPort: toolAddress.port,
  });
  if (reception.end !== "received") throw new Error(reception.because);
  return reception.request;
}

interface FoundRoute {
  readonly virtualHost: VirtualHost | null;
  readonly route: Route | null;
  readonly cluster: string;
  readonly entry: WeightedCluster_ClusterWeight | null;
}

function foundBy({ virtualHost, route, clusters }: Explanation, configuration: RouteConfiguration): FoundRoute {
  const host = configuration.virtualHosts.find(({ at }) => at === virtualHost?.at) ?? null;
  const taken = host?.routes.find(({ at }) => at === route?.at) ?? null;
  const chosen = clusters.findIndex((cluster) => cluster.chosen === true);
  return {
    virtualHost: host,
    route: taken,
    cluster: clusters[chosen]?.name ?? "",
    entry: taken?.message.route?.weighted_clusters?.clusters?.[chosen] ?? null,
  };
}

/** The route of a request that brings dynamic metadata, which in the proxy only a filter can: asked of the functions behind `explain`. */
function foundWith(input: ToolInput, configuration: RouteConfiguration, received: ReceivedRequest): FoundRoute {
  const journal = startJournal();
  const virtualHost = chooseVirtualHost(configuration, received, journal).chosen?.virtualHost ?? null;
  if (virtualHost === null) return { virtualHost, route: null, cluster: "", entry: null };
  const certificate = { presented: false, validated: false };
  const context = { certificate, random: input.random_value ?? 0, runtime: new Map(), dynamicMetadata: metadataOf(input) };
  const matched = prepareRequest(received.headers, context, false, behaviour);
  const [route = null] = chooseRoute(virtualHost, matched, { ...plaintext, destination: toolAddress }, behaviour, journal).candidates;
  const candidates = clustersOfRoute(route?.message.route ?? {}, received.headers, input.random_value ?? 0, new Map(), journal);
  openNothing(journal.uncertain, { virtualHost, route, cluster: "", entry: null });
  const chosen = candidates.find((candidate) => candidate.chosen === true);
  return { virtualHost, route, cluster: chosen?.name ?? "", entry: chosen?.entry ?? null };
}

/** Entries in turn: a namespace is new, or is merged into where that is allowed. */
function metadataOf(input: ToolInput): JsonObject {
  const metadata = new Map<string, JsonObject>();
  for (const { metadata_namespace: namespace, value, allow_overwrite } of input.dynamic_metadata ?? []) {
    const earlier = metadata.get(namespace);
    if (earlier === undefined) metadata.set(namespace, value);
    else if (allow_overwrite === true) metadata.set(namespace, merge(earlier, value));
  }
  return Object.fromEntries(metadata);
}

const merge = (into: JsonObject, from: JsonObject): JsonObject => ({
  ...into,
  ...Object.fromEntries(
    Object.entries(from).map(([key, value]) => {
      const earlier = into[key];
      return [key, isJsonObject(earlier) && isJsonObject(value) ? merge(earlier, value) : value];
    }),
  ),
});
