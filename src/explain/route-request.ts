import { prepareRequest } from "../match/matched-request.js";
import { firstHeaderValue, unknownHeader } from "../match/request-headers.js";
import { placeOf } from "../model/proto-json.js";
import type { Route, VirtualHost } from "../model/route-configuration.js";
import { actOnRoute } from "./act-on-route.js";
import { type ClusterCandidate, clustersOfRoute, describeChoice } from "./choose-cluster.js";
import { chooseRoute } from "./choose-route.js";
import type { Cause, NearestCandidate } from "./explanation.js";
import type { Findings } from "./findings.js";
import { runHttpFilters } from "./http-filters/run-http-filters.js";
import { internalHeader } from "./internal-request.js";
import type { Journal } from "./journal.js";
import { localResponse } from "./local-reply.js";
import { cause } from "./passthrough-cause.js";
import type { ReceivedRequest } from "./reception.js";
import type { FoundSoFar, RoutedRequest } from "./routed-request.js";

/** Finds the route of a request, runs the HTTP filters before the router, and does what the route says. */
export function routeRequest(routed: RoutedRequest): Findings {
  const { arrived, received, virtualHost, configuration } = routed;
  const { context, journal, connection, request } = arrived;
  const blankProto = firstHeaderValue(received.headers, "x-forwarded-proto") === "";
  const tlsRedirect = virtualHost === null || blankProto ? null : requiredTls(virtualHost.virtualHost, received, journal);
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
  const refusedUpgrade =
    received.upgrade !== null && (route !== null || tlsRedirect !== null) && !allowsUpgrade(routed, route, received.upgrade);
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
  const found: FoundSoFar = {
    ...routed.known,
    route: route === null ? null : { name: route.name, index: route.index, at: route.at },
    clusters: candidates.filter(({ name }) => name !== "").map((candidate) => describeChoice(candidate, context.configuration)),
  };
  const finding = (): Findings => {
    if (refusedUpgrade) return upgradeRefused(routed, found);
    if (filters.answered !== null) {
      const { answered } = filters;
      journal.decide("HTTP filters", `${answered.filter.name} answers`, answered.because, answered.at);
      return {
        ...found,
        outcome: answered.outcome,
        response: {
          ...localResponse(answered.reply, received.isGrpc),
          ...(received.isGrpc && answered.reply.grpcStatus !== undefined ? { grpcStatus: answered.reply.grpcStatus } : {}),
        },
        cause: answered.cause === null ? null : cause(answered.cause, `${answered.filter.name}: ${answered.because}`, answered.at),
      };
    }
    if (tlsRedirect !== null) return redirectToTls(routed, found, tlsRedirect);
    if (route === null) return withoutRoute(routed, found, choice.near, blankProto);
    return actOnRoute({ ...routed, received: filters.received }, route, candidates, likely, found);
  };
  const findings = finding();
  const { response } = findings;
  if (response === undefined || response === null || filters.flags.length === 0) return findings;
  return { ...findings, response: { ...response, flags: [...new Set([...filters.flags, ...response.flags])] } };
}

/** The place of the require_tls that turns a plaintext request away; null where there is none. EXTERNAL_ONLY lets internal requests pass. */
function requiredTls({ message }: VirtualHost, { headers }: ReceivedRequest, journal: Journal): string | null {
  const { require_tls: required } = message;
  if (required !== "ALL" && required !== "EXTERNAL_ONLY") return null;
  if (firstHeaderValue(headers, "x-forwarded-proto") === "https") return null;
  const at = placeOf(message, "require_tls");
  if (required === "ALL") return at;
  const open = unknownHeader(headers, internalHeader);
  if (open !== undefined) {
    const asked = `whether the request is internal, and need not come over TLS: ${open.because}`;
    journal.leaveOpen({ code: "source-unknown", at, message: asked, decidedBy: open.decidedBy });
  }
  return firstHeaderValue(headers, internalHeader) === "true" ? null : at;
}

function redirectToTls({ arrived, received }: RoutedRequest, found: FoundSoFar, at: string): Findings {
  const because = "the virtual host requires TLS, and the request came without";
  arrived.journal.decide("route", "redirect to https", because, at);
  const location = received.path === undefined ? {} : { location: `https://${received.authority}${received.path}` };
  // A gRPC client is given HTTP 200 with a grpc-status: an answer, and nothing to follow.
  const outcome = received.isGrpc ? "direct_response" : "redirect";
  return { ...found, outcome, response: localResponse({ status: 301, details: "direct_response", ...location }, received.isGrpc) };
}

/** Is this upgrade, or CONNECT, switched on: by the route, else by the connection manager? */
function allowsUpgrade({ terminal }: RoutedRequest, route: Route | null, upgrade: string): boolean {
  const wanted = upgrade.toLowerCase();
  const own = route?.message.route?.upgrade_configs?.find(({ upgrade_type }) => upgrade_type?.toLowerCase() === wanted);
  if (own !== undefined) return own.enabled ?? true;
  const general = terminal.manager.upgrade_configs?.find(({ upgrade_type }) => upgrade_type?.toLowerCase() === wanted);
  return general !== undefined && (general.enabled ?? true);
}

function upgradeRefused({ arrived, terminal, received }: RoutedRequest, found: FoundSoFar): Findings {
  const at = placeOf(terminal.manager, "upgrade_configs");
  const because = received.upgrade === "CONNECT" ? "CONNECT is not switched on" : `an upgrade to ${received.upgrade} is not switched on`;
  arrived.journal.decide("HTTP connection manager", "rejected", because, at);
  return {
    ...found,
    outcome: "rejected",
    response: localResponse({ status: 403, details: "upgrade_failed" }, received.isGrpc),
    cause: cause("denied", because, at),
  };
}

/** The clusters of every route that may take the request; with several routes none is certain. */
function clusterCandidates({ arrived, received }: RoutedRequest, routes: readonly Route[]): readonly ClusterCandidate[] {
  const { context, journal, request } = arrived;
  const all = routes.flatMap((route) =>
    route.message.route === undefined
      ? []
      : clustersOfRoute(route.message.route, received.headers, request.random, context.runtime, journal),
  );
  return routes.length <= 1 ? all : all.map((candidate) => ({ ...candidate, chosen: candidate.chosen === false ? false : null }));
}

/** The 404 of a request that no route takes, and why none does. */
function withoutRoute(routed: RoutedRequest, found: FoundSoFar, near: readonly NearestCandidate[], blankProto: boolean): Findings {
  const { received, virtualHost, configuration } = routed;
  const response = localResponse({ status: 404, details: "route_not_found", flags: ["NR"] }, received.isGrpc);
  const at = virtualHost?.virtualHost.at ?? configuration?.at ?? placeOf(routed.terminal.manager);
  const miss = (code: Cause["code"], message: string, nearest: readonly NearestCandidate[] = []): Findings => ({
    ...found,
    outcome: "rejected",
    response,
    cause: cause(code, message, at, nearest),
  });
  if (configuration === null) return miss("no-route", "there is no route configuration to look in");
  if (blankProto) return miss("no-route", "an empty x-forwarded-proto header keeps Envoy from finding any route");
  if (virtualHost === null) {
    const message = `no virtual host of ${configuration.name} takes ${received.authority || "an empty authority"}`;
    return miss("no-virtual-host", message, routed.near);
  }
  return miss("no-route", `no route of virtual host ${virtualHost.virtualHost.name} takes ${received.method} ${received.path ?? ""}`, near);
}
