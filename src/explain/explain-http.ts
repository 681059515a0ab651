import type { HttpConnectionManager } from "../generated/messages.js";
import { decodeRouteConfigurationMessage } from "../decode/decode-route-configuration.js";
import { prepareRequest } from "../match/matched-request.js";
import { firstHeaderValue } from "../match/request-headers.js";
import type { TerminalFilter } from "../model/filter-chain.js";
import { placeOf } from "../model/proto-json.js";
import type { RequestHttp } from "../model/request.js";
import type { Route, RouteConfiguration, VirtualHost } from "../model/route-configuration.js";
import { type ClusterCandidate, clustersOfRoute, describeChoice } from "./choose-cluster.js";
import { chooseEndpoints } from "./choose-endpoints.js";
import { chooseRoute } from "./choose-route.js";
import { chooseScope } from "./choose-scope.js";
import { wantedLabels } from "./choose-subset.js";
import { chooseVirtualHost, type ChosenVirtualHost } from "./choose-virtual-host.js";
import { endpointWords, missingWords } from "./explain-tcp.js";
import type { Cause, NearestCandidate } from "./explanation.js";
import type { ArrivedConnection, Findings } from "./findings.js";
import { runHttpFilters } from "./http-filters/run-http-filters.js";
import { mirrorsOf, retryOf, timeoutOf } from "./http-policies.js";
import type { ConnectionState } from "./network-filters/network-filter.js";
import { localResponse, noResponse } from "./local-reply.js";
import { blockedCause, cause, httpCatchAllCause } from "./passthrough-cause.js";
import { type ReceivedRequest, receiveRequest } from "./receive-request.js";
import { redirectLocation, redirectStatus } from "./redirect-location.js";
import { rewriteAuthority, rewritePath } from "./rewrite-path.js";
import { upstreamTls } from "./upstream-tls.js";

type ManagerFilter = TerminalFilter & { readonly kind: "http_connection_manager" };

/** A request that has come to the routes of a connection manager. */
interface RoutedRequest {
  readonly arrived: ArrivedConnection;
  readonly terminal: ManagerFilter;
  /** What network filters have left on the connection. */
  readonly state: ConnectionState;
  readonly received: ReceivedRequest;
  readonly http: RequestHttp;
  readonly configuration: RouteConfiguration | null;
  readonly virtualHost: ChosenVirtualHost | null;
  readonly near: readonly NearestCandidate[];
  readonly known: Pick<Findings, "routeConfiguration" | "virtualHost">;
}

/** What an HTTP connection manager does with a request: its checks, virtual host, route, HTTP filters, and the route's action. */
export function explainHttp(arrived: ArrivedConnection, terminal: ManagerFilter, state: ConnectionState): Findings {
  const { context, journal, request, connection } = arrived;
  const { manager } = terminal;
  const { http } = request;
  if (http === undefined || (request.tls !== undefined && arrived.peer === null)) return notHttp(arrived, manager);
  const localPort = connection.destination?.port ?? request.destination.port;
  const reception = receiveRequest(manager, request, http, { version: context.version, runtime: context.runtime, overTls: arrived.peer !== null, localPort });
  if (reception.end !== "received") {
    journal.decide("HTTP connection manager", reception.end, reception.because, reception.at);
    const logged = reception.logged === undefined ? {} : loggedRoute(arrived, terminal, reception.logged);
    return { ...logged, outcome: reception.end, response: reception.response, cause: cause("protocol-error", reception.because, reception.at) };
  }
  const received = reception.request;
  const changes = received.changedBy.length === 0 ? "nothing changed before routing" : `changed by ${received.changedBy.join(", ")}`;
  journal.decide("HTTP connection manager", `${received.method} ${received.authority}${received.path ?? ""}`, changes, placeOf(manager));

  const source = routeConfigurationOf(arrived, terminal, received);
  const choice = source.configuration === null ? { chosen: null, near: [] } : chooseVirtualHost(source.configuration, received, journal);
  const chosen = choice.chosen;
  return routeRequest({
    arrived,
    terminal,
    state,
    received,
    http,
    configuration: source.configuration,
    virtualHost: chosen,
    near: choice.near,
    known: {
      routeConfiguration: source.found,
      virtualHost: describeVirtualHost(chosen),
    },
  });
}

/** The virtual host that Envoy still looks up for its own reply to a path that it refuses; no routing decision. */
function loggedRoute(arrived: ArrivedConnection, terminal: ManagerFilter, received: ReceivedRequest): Pick<Findings, "routeConfiguration" | "virtualHost"> {
  const { configuration, found } = routeConfigurationOf(arrived, terminal, received);
  const chosen = configuration === null ? null : chooseVirtualHost(configuration, received, arrived.journal).chosen;
  return { routeConfiguration: found, virtualHost: describeVirtualHost(chosen) };
}

const describeVirtualHost = (chosen: ChosenVirtualHost | null): Findings["virtualHost"] & ({} | null) =>
  chosen === null ? null : { name: chosen.virtualHost.name, domain: chosen.domain, at: chosen.virtualHost.at };

/** Bytes that are no HTTP: the codec answers 400, unless there are none and it waits. */
function notHttp(arrived: ArrivedConnection, manager: HttpConnectionManager): Findings {
  const { journal, request } = arrived;
  const at = placeOf(manager);
  if (request.serverFirst === true) {
    const because = "the connection manager waits for a request, and the client waits for the server";
    journal.decide("HTTP connection manager", "waits", because, at);
    return { outcome: "waiting", cause: cause("waiting-for-client", because, at) };
  }
  const because = request.tls === undefined ? "the bytes are no HTTP" : "the bytes are TLS, which this filter chain does not take off";
  if (manager.codec_type === "HTTP2") {
    journal.decide("HTTP connection manager", "closed", because, at);
    return { outcome: "closed", response: noResponse(null, ["DPE"]), cause: cause("protocol-error", because, at) };
  }
  journal.decide("HTTP connection manager", "rejected", because, at);
  return {
    outcome: "rejected",
    response: localResponse({ status: 400, details: "http1.codec_error", flags: ["DPE"] }, false),
    cause: cause("protocol-error", because, at),
  };
}

interface FoundRoutes {
  readonly configuration: RouteConfiguration | null;
  readonly found: Findings["routeConfiguration"] & ({} | null);
}

function routeConfigurationOf(arrived: ArrivedConnection, { routes }: ManagerFilter, received: ReceivedRequest): FoundRoutes {
  const { context, journal } = arrived;
  switch (routes.kind) {
    case "inline":
      return inlineRoutes(arrived, routes.configuration, "inline");
    case "rds":
      return discoveredRoutes(arrived, routes.name, "rds", routes.at);
    case "scoped": {
      const scopes = routes.routes.scoped_route_configurations_list?.scoped_route_configurations ?? context.configuration.scopes;
      const { key, scope } = chooseScope(routes.routes, scopes, received.headers);
      if (scope === undefined) {
        journal.decide("route configuration", "none", `no scope of ${routes.name} has the key ${key}`, routes.at);
        return { configuration: null, found: null };
      }
      if (scope.route_configuration !== undefined) return inlineRoutes(arrived, decodeRouteConfigurationMessage(scope.route_configuration), "scoped");
      return discoveredRoutes(arrived, scope.route_configuration_name ?? "", "scoped", placeOf(scope));
    }
    case "none":
      return { configuration: null, found: null };
  }
}

function inlineRoutes({ journal }: ArrivedConnection, configuration: RouteConfiguration, source: "inline" | "scoped"): FoundRoutes {
  journal.decide("route configuration", configuration.name, source === "inline" ? "inline in the connection manager" : "of the request's scope", configuration.at);
  return { configuration, found: { name: configuration.name, source, at: configuration.at } };
}

function discoveredRoutes({ context, journal }: ArrivedConnection, name: string, source: "rds" | "scoped", at: string): FoundRoutes {
  const { configuration: dump } = context;
  const configuration = dump.routeConfiguration(name) ?? null;
  if (configuration !== null) {
    journal.decide("route configuration", name, source === "rds" ? "by RDS" : "by RDS, of the request's scope", configuration.at);
    return { configuration, found: { name, source, at: configuration.at } };
  }
  const taken = dump.snapshot.sections.some((section) => section.name === "routes");
  journal.decide("route configuration", "none", taken ? `RDS has not delivered ${name}` : "the dump has no routes section", at);
  if (!taken) {
    journal.leaveOpen({
      code: "routes-not-in-dump",
      at,
      message: `route configuration ${name} comes by RDS, and the dump has no routes section`,
      decidedBy: "a dump with its RoutesConfigDump",
    });
  }
  return { configuration, found: { name, source, at } };
}

function routeRequest(routed: RoutedRequest): Findings {
  const { arrived, received, virtualHost, configuration } = routed;
  const { context, journal, connection, request } = arrived;
  const blankProto = firstHeaderValue(received.headers, "x-forwarded-proto") === "";
  const tlsRedirect = virtualHost === null || blankProto ? null : requiredTls(virtualHost.virtualHost, received);
  const certified = arrived.peer?.presented === true;
  const matched = prepareRequest(
    received.headers,
    {
      certificate: { presented: certified, validated: certified },
      random: request.random,
      runtime: context.runtime,
      filterState: routed.state.filterState,
      unknownState: routed.state.unknownState,
    },
    configuration?.message.ignore_path_parameters_in_path_matching === true,
    context.behaviour,
  );
  const choice =
    virtualHost === null || blankProto || tlsRedirect !== null
      ? { candidates: [], mayMiss: true, near: [] }
      : chooseRoute(virtualHost.virtualHost, matched, connection, context.behaviour, journal);
  const [route = null] = choice.candidates;
  const refusedUpgrade = received.upgrade !== null && (route !== null || tlsRedirect !== null) && !allowsUpgrade(routed, route, received.upgrade);
  const candidates = clusterCandidates(routed, choice.candidates);
  const likely =
    candidates.find(({ chosen }) => chosen === true) ??
    candidates.find(({ chosen, name }) => chosen === null && context.configuration.cluster(name) !== undefined) ??
    candidates[0];
  const filters = runHttpFilters({
    filters: refusedUpgrade ? [] : routed.terminal.httpFilters,
    extension: context.configuration.extension,
    configuration,
    entryConfig: likely?.entry?.typed_per_filter_config,
    received,
    matched,
    connection,
    behaviour: context.behaviour,
    route,
    virtualHost: virtualHost?.virtualHost ?? null,
    manager: routed.terminal.manager,
    peer: arrived.peer,
    clusters: candidates.filter(({ chosen }) => chosen !== false).map(({ name }) => name),
    bodyBytes: request.bodyBytes ?? 0,
  });
  for (const open of filters.open) journal.leaveOpen(open);
  for (const { filter, because } of filters.notes) journal.decide("HTTP filters", filter.name, because, filter.at);
  const found: Omit<Findings, "outcome"> = {
    ...routed.known,
    route: route === null ? null : { name: route.name, index: route.index, at: route.at },
    clusters: candidates.filter(({ name }) => name !== "").map((candidate) => describeChoice(candidate, context.configuration)),
  };
  if (refusedUpgrade) return upgradeRefused(routed, found);
  if (filters.answered !== null) {
    const { answered } = filters;
    journal.decide("HTTP filters", `${answered.filter.name} answers`, answered.because, answered.at);
    return {
      ...found,
      outcome: answered.outcome,
      response: { ...localResponse(answered.reply, received.isGrpc), ...(received.isGrpc && answered.reply.grpcStatus !== undefined ? { grpcStatus: answered.reply.grpcStatus } : {}) },
      cause: answered.cause === null ? null : cause(answered.cause, `${answered.filter.name}: ${answered.because}`, answered.at),
    };
  }
  if (tlsRedirect !== null) return redirectToTls(routed, found, tlsRedirect);
  if (route === null) return withoutRoute(routed, found, choice.near, blankProto);
  return act(routed, route, candidates, likely, found);
}

/** The place of the require_tls that turns a plaintext request away; null where there is none. */
function requiredTls(virtualHost: VirtualHost, received: ReceivedRequest): string | null {
  const { require_tls: required } = virtualHost.message;
  if (required !== "ALL" && required !== "EXTERNAL_ONLY") return null;
  return firstHeaderValue(received.headers, "x-forwarded-proto") === "https" ? null : placeOf(virtualHost.message, "require_tls");
}

function redirectToTls({ arrived, received }: RoutedRequest, found: Omit<Findings, "outcome">, at: string): Findings {
  const because = "the virtual host requires TLS, and the request came without";
  arrived.journal.decide("route", "redirect to https", because, at);
  const location = `https://${received.authority}${received.path ?? ""}`;
  // A gRPC client is given HTTP 200 with a grpc-status: an answer, and nothing to follow.
  const outcome = received.isGrpc ? "direct_response" : "redirect";
  return { ...found, outcome, response: localResponse({ status: 301, details: "direct_response", location }, received.isGrpc) };
}

/** Is this upgrade, or CONNECT, switched on: by the route, else by the connection manager? */
function allowsUpgrade({ terminal }: RoutedRequest, route: Route | null, upgrade: string): boolean {
  const wanted = upgrade.toLowerCase();
  const own = route?.message.route?.upgrade_configs?.find(({ upgrade_type }) => upgrade_type?.toLowerCase() === wanted);
  if (own !== undefined) return own.enabled ?? true;
  const general = terminal.manager.upgrade_configs?.find(({ upgrade_type }) => upgrade_type?.toLowerCase() === wanted);
  return general !== undefined && (general.enabled ?? true);
}

function upgradeRefused({ arrived, terminal, received }: RoutedRequest, found: Omit<Findings, "outcome">): Findings {
  const at = placeOf(terminal.manager, "upgrade_configs");
  const because = received.upgrade === "CONNECT" ? "CONNECT is not switched on" : `an upgrade to ${received.upgrade} is not switched on`;
  arrived.journal.decide("HTTP connection manager", "rejected", because, at);
  return { ...found, outcome: "rejected", response: localResponse({ status: 403, details: "upgrade_failed" }, received.isGrpc), cause: cause("denied", because, at) };
}

/** The clusters of every route that may take the request; with several routes none is certain. */
function clusterCandidates({ arrived, received }: RoutedRequest, routes: readonly Route[]): readonly ClusterCandidate[] {
  const { context, journal, request } = arrived;
  const all = routes.flatMap((route) =>
    route.message.route === undefined ? [] : clustersOfRoute(route.message.route, received.headers, request.random, context.runtime, journal),
  );
  return routes.length <= 1 ? all : all.map((candidate) => ({ ...candidate, chosen: candidate.chosen === false ? false : null }));
}

function withoutRoute(routed: RoutedRequest, found: Omit<Findings, "outcome">, near: readonly NearestCandidate[], blankProto: boolean): Findings {
  const { arrived, received, virtualHost, configuration } = routed;
  const response = localResponse({ status: 404, details: "route_not_found", flags: ["NR"] }, received.isGrpc);
  const at = virtualHost?.virtualHost.at ?? configuration?.at ?? placeOf(routed.terminal.manager);
  return { ...found, outcome: "rejected", response, cause: missCause() };

  function missCause(): Cause {
    if (configuration === null) return cause("no-route", "there is no route configuration to look in", at);
    if (blankProto) return cause("no-route", "an empty x-forwarded-proto header keeps Envoy from finding any route", at);
    if (virtualHost === null) return cause("no-virtual-host", `no virtual host of ${configuration.name} takes ${received.authority || "an empty authority"}`, at, routed.near);
    return cause("no-route", `no route of virtual host ${virtualHost.virtualHost.name} takes ${arrived.request.http?.method ?? ""} ${received.path ?? ""}`, at, near);
  }
}

function act(
  routed: RoutedRequest,
  route: Route,
  candidates: readonly ClusterCandidate[],
  likely: ClusterCandidate | undefined,
  found: Omit<Findings, "outcome">,
): Findings {
  const { received, arrived, virtualHost } = routed;
  const { redirect, direct_response: direct, route: action } = route.message;
  if (redirect !== undefined) {
    const connect = received.upgrade === "CONNECT" && received.path === undefined;
    const location = connect ? {} : { location: redirectLocation(redirect, route, received, arrived.context.behaviour.regexEncoding) };
    return { ...found, outcome: "redirect", response: localResponse({ status: redirectStatus(redirect), details: "direct_response", ...location }, received.isGrpc) };
  }
  if (direct !== undefined) {
    const status = direct.status ?? 0;
    const located = status === 201 || (status >= 300 && status < 400);
    const location = located ? { location: `${received.scheme}://${received.authority}${received.path ?? ""}` } : {};
    const blocked = virtualHost === null ? null : blockedCause(virtualHost.virtualHost, virtualHost.domain, direct.status, received.authority, routed.near);
    return { ...found, outcome: "direct_response", response: localResponse({ status, details: "direct_response", ...location }, received.isGrpc), cause: blocked };
  }
  if (action !== undefined && candidates.length === 0) return { ...found, outcome: "forward" };
  return forward(routed, route, candidates, likely, found);
}

const notFoundStatuses: Readonly<Record<string, number>> = { NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 };

function forward(
  routed: RoutedRequest,
  route: Route,
  candidates: readonly ClusterCandidate[],
  likely: ClusterCandidate | undefined,
  found: Omit<Findings, "outcome">,
): Findings {
  const { arrived, received, virtualHost, http, configuration, terminal } = routed;
  const { context, journal, request } = arrived;
  const action = route.message.route ?? {};
  const open = candidates.filter(({ chosen }) => chosen === null);
  if (open.length > 1) {
    journal.leaveOpen({ code: "random", at: placeOf(action, "weighted_clusters"), message: `one of ${open.length} clusters, by weight`, decidedBy: "the random number that Envoy draws (--random gives one)" });
  }
  const name = likely?.name ?? "";
  const cluster = context.configuration.cluster(name);
  const at = likely?.at ?? route.at;
  if (cluster === undefined) {
    const status = notFoundStatuses[action.cluster_not_found_response_code ?? ""] ?? 503;
    journal.decide("cluster", name, "the dump has no such cluster in service", at);
    return {
      ...found,
      outcome: "rejected",
      response: localResponse({ status, details: "cluster_not_found", flags: ["NC"] }, received.isGrpc),
      cause: cause("cluster-missing", missingWords(arrived, name), at),
    };
  }
  journal.decide("cluster", cluster.name, cluster.type, cluster.at);
  const choice = chooseEndpoints(
    context.configuration,
    cluster,
    {
      destination: arrived.restored ? request.destination : null,
      headers: received.headers,
      labels: wantedLabels(action.metadata_match, likely?.metadataMatch),
    },
    journal,
  );
  journal.decide("endpoints", endpointWords(choice.endpoints.length, choice.available), choice.endpoints.slice(0, 4).map(({ address }) => address).join(", "), choice.at);
  const catchAll = virtualHost === null ? null : httpCatchAllCause(arrived, virtualHost.virtualHost, virtualHost.domain, cluster, cluster.name, routed.near);
  if (choice.available === "none" || choice.available === "none-healthy") {
    const none = choice.available === "none";
    return {
      ...found,
      outcome: "rejected",
      response: localResponse({ status: 503, details: "no_healthy_upstream", flags: ["UH"] }, received.isGrpc),
      cause: catchAll ?? cause(none ? "no-endpoints" : "no-healthy-endpoints", `${cluster.name} has no ${none ? "" : "healthy "}endpoint`, choice.at),
      endpoints: choice.endpoints,
    };
  }
  const encoding = context.behaviour.regexEncoding;
  const authority = autoHost(action.auto_host_rewrite === true, choice.decoded) ?? rewriteAuthority(action, likely?.entry?.host_rewrite_literal, received, encoding);
  // The target of a CONNECT is its authority, as the client sent it.
  const sent = received.path === undefined ? (http.authority ?? null) : rewritePath(action, route.message.match ?? {}, received.path, encoding);
  const upstreamAuthority = received.path === undefined ? (http.authority ?? authority) : authority;
  const changed = upstreamAuthority !== http.authority || sent !== (http.path ?? null);
  return {
    ...found,
    outcome: "forward",
    cause: catchAll,
    endpoints: choice.endpoints,
    rewrite: changed ? { authority: upstreamAuthority, path: sent } : null,
    mirrors: virtualHost === null || configuration === null ? [] : mirrorsOf(route, virtualHost.virtualHost, configuration, received.headers, context.runtime),
    timeout: timeoutOf(route, terminal.manager),
    retry: virtualHost === null ? null : retryOf(route, virtualHost.virtualHost),
    tls: upstreamTls(cluster, choice, { authority, version: http.version, filters: terminal.httpFilters }, journal),
  };
}

/** auto_host_rewrite takes the host name of the endpoint picked; known where all have the same. */
function autoHost(on: boolean, endpoints: readonly { readonly hostname: string; readonly address: { readonly kind: string; readonly ip?: string } | null }[]): string | undefined {
  if (!on) return undefined;
  const names = new Set(endpoints.map(({ hostname, address }) => hostname || (address?.kind === "socket" ? (address.ip ?? "") : "")));
  const [name] = names;
  return names.size === 1 && name !== "" ? name : undefined;
}
