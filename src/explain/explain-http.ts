import type { HttpConnectionManager } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import { type ChosenVirtualHost, chooseVirtualHost } from "./choose-virtual-host.js";
import type { Explanation } from "./explanation.js";
import { findRouteConfiguration } from "./find-route-configuration.js";
import type { ArrivedConnection, Findings } from "./findings.js";
import { withoutInternalOnly } from "./internal-request.js";
import { localResponse, noResponse } from "./local-reply.js";
import type { ConnectionState } from "./network-filters/network-filter.js";
import { cause } from "./passthrough-cause.js";
import { receiveRequest } from "./receive-request.js";
import type { ReceivedRequest } from "./reception.js";
import { routeRequest } from "./route-request.js";
import type { ManagerFilter } from "./routed-request.js";

/** What an HTTP connection manager does with a request: its checks, virtual host, route, HTTP filters, and the route's action. */
export function explainHttp(arrived: ArrivedConnection, terminal: ManagerFilter, state: ConnectionState): Findings {
  const { context, journal, request, connection } = arrived;
  const { manager } = terminal;
  const { http } = request;
  if (http === undefined || (request.tls !== undefined && arrived.peer === null)) return notHttp(arrived, manager);
  const localPort = connection.destination?.port ?? request.destination.port;
  const reception = receiveRequest(manager, request, http, {
    version: context.version,
    runtime: context.runtime,
    peer: arrived.peer,
    node: context.node,
    localPort,
    source: connection.source,
  });
  if (reception.end !== "received") {
    journal.decide("HTTP connection manager", reception.end, reception.because, reception.at);
    const logged = reception.logged === undefined ? {} : loggedRoute(arrived, terminal, reception.logged);
    return {
      ...logged,
      outcome: reception.end,
      response: reception.response,
      cause: cause("protocol-error", reception.because, reception.at),
    };
  }
  const asReceived = reception.request;
  const { changedBy, method, authority, path = "" } = asReceived;
  const changes = changedBy.length === 0 ? "nothing changed before routing" : `changed by ${changedBy.join(", ")}`;
  journal.decide("HTTP connection manager", `${method} ${authority}${path}`, changes, placeOf(manager));

  const source = findRouteConfiguration(arrived, terminal, asReceived);
  const internalOnly = source.configuration?.message.internal_only_headers ?? [];
  const received = { ...asReceived, headers: withoutInternalOnly(asReceived.headers, internalOnly) };
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
function loggedRoute(
  arrived: ArrivedConnection,
  terminal: ManagerFilter,
  received: ReceivedRequest,
): Pick<Findings, "routeConfiguration" | "virtualHost"> {
  const { configuration, found } = findRouteConfiguration(arrived, terminal, received);
  const chosen = configuration === null ? null : chooseVirtualHost(configuration, received, arrived.journal).chosen;
  return { routeConfiguration: found, virtualHost: describeVirtualHost(chosen) };
}

const describeVirtualHost = (chosen: ChosenVirtualHost | null): Explanation["virtualHost"] =>
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
