import type { MatchedConnection } from "../match/connection.js";
import { answerHead, fileOf } from "../model/answer.js";
import type { TerminalFilter } from "../model/filter-chain.js";
import type { Listener } from "../model/listener.js";
import { unpack } from "../model/proto-json.js";
import { completeRequest, type Request, type SocketEnd, type WrittenRequest } from "../model/request.js";
import type { Snapshot } from "../model/snapshot.js";
import { chooseFilterChain } from "./choose-filter-chain.js";
import { acceptConnection, addressText, findByAddress, listenersNear, socketAddress } from "./choose-listener.js";
import { contextOf, type ExplainContext, withDefaults } from "./context.js";
import { explainHttp } from "./explain-http.js";
import { explainTcp } from "./explain-tcp.js";
import type { Explanation, Resolution } from "./explanation.js";
import type { ArrivedConnection, Findings } from "./findings.js";
import { firstBytesOf } from "./first-bytes.js";
import { type Inspected, type InspectionEnd, inspectConnection, uninspected } from "./inspect-connection.js";
import { type Journal, startJournal } from "./journal.js";
import { noResponse } from "./local-reply.js";
import { downstreamPeer, verifiesClients } from "./network-filters/downstream-peer.js";
import type { ConnectionState } from "./network-filters/network-filter.js";
import { runNetworkFilters } from "./network-filters/run-network-filters.js";
import { cause } from "./passthrough-cause.js";
import { httpInPayload } from "./payload-http.js";
import { acceptTunnelled } from "./tunnel.js";

export interface ExplainOptions {
  /** How the destination was found, where the request was made from a target given by name; default: it was given. */
  readonly resolved?: Resolution;
}

const given: Resolution = { how: "given", at: null };

/**
 * One request's way through the proxy of a config dump: which listener takes it, which filter chain, virtual host and route, the
 * clusters and endpoints that it may go to, or what Envoy answers itself; each decision with its reason and its place in the file.
 * What the dump can't decide is named in `uncertain`.
 */
export function explain(snapshot: Snapshot, written: WrittenRequest, options: ExplainOptions = {}): Explanation {
  const context = contextOf(snapshot);
  const request = completeRequest(written);
  const evaluated = withDefaults(request, context);
  const journal = startJournal();
  const spelt = httpInPayload(evaluated);
  const found = followConnection(context, spelt === undefined ? evaluated : { ...evaluated, http: spelt }, journal);
  const head = { ...answerHead("explanation"), file: fileOf(snapshot.file) };
  return {
    // One spread and first: a second one, or one in the middle, makes the literal ten times as slow, and there are many explanations.
    ...(request.id === undefined ? head : { ...head, id: request.id }),
    request: evaluated,
    resolved: options.resolved ?? given,
    listener: found.listener ?? null,
    filterChain: found.filterChain ?? null,
    routeConfiguration: found.routeConfiguration ?? null,
    virtualHost: found.virtualHost ?? null,
    route: found.route ?? null,
    clusters: found.clusters ?? [],
    mirrors: found.mirrors ?? [],
    outcome: found.outcome,
    cause: found.cause ?? null,
    response: found.response ?? null,
    rewrite: found.rewrite ?? null,
    timeout: found.timeout ?? null,
    retry: found.retry ?? null,
    endpoints: found.endpoints ?? [],
    tls: found.tls ?? null,
    why: journal.steps,
    uncertain: journal.uncertain,
  };
}

type EvaluatedRequest = ArrivedConnection["request"];

function followConnection(context: ExplainContext, request: EvaluatedRequest, journal: Journal): Findings {
  const { listeners } = context.configuration;
  const accepted =
    acceptConnection(listeners, request, request.direction, context.isGateway) ??
    (request.acceptedBy === undefined ? acceptTunnelled(context.configuration, request.destination) : undefined);
  if (accepted === undefined) {
    const message = `no listener of this dump takes ${request.direction} connections to ${request.destination.ip}:${request.destination.port}`;
    journal.decide("accepting listener", "none", message, "");
    return { outcome: "closed", cause: cause("no-listener", message, "", listenersNear(listeners, request.destination)) };
  }
  const accepting = accepted.listener;
  journal.decide("accepting listener", accepting.name, accepted.because, accepting.at);
  const first = firstBytesOf(request);
  const { port } = request.destination;
  const local = socketAddress(accepted, request.destination);
  const started = inspectConnection(accepting, request, first, uninspected, local.port, context.version, journal);
  if (started.end !== "inspected") return notInspected(accepting, started, journal);
  const handed = accepting.useOriginalDst && started.inspected.restored ? findByAddress(listeners, request.destination) : undefined;
  const listener = handed?.listener ?? accepting;
  let inspected = started.inspected;
  if (handed !== undefined && listener !== accepting) {
    journal.decide(
      "listener",
      listener.name,
      handed.exact ? `bound to the very address ${handed.address}` : `takes any address on port ${port}`,
      listener.at,
    );
    const own = inspectConnection(listener, request, first, inspected, port, context.version, journal);
    if (own.end !== "inspected") return notInspected(listener, own, journal);
    inspected = own.inspected;
  } else if (accepting.useOriginalDst) {
    journal.decide(
      "listener",
      listener.name,
      `no other listener is for ${request.destination.ip}:${port} or for any address on port ${port}`,
      listener.at,
    );
  }
  const destination = inspected.restored ? request.destination : local;
  return Object.assign(followListener(context, request, journal, accepting, listener, inspected, destination), describeListener(listener));
}

const describeListener = (listener: Listener): Pick<Findings, "listener"> => ({
  listener: { name: listener.name, address: addressText(listener), at: listener.at },
});

function notInspected(listener: Listener, end: Exclude<InspectionEnd, { readonly end: "inspected" }>, journal: Journal): Findings {
  const found = describeListener(listener);
  if (end.end === "waiting") {
    const because = `listener filter ${end.filter.name} waits for the client's first bytes, without a time-out`;
    journal.decide("listener filters", "waits", because, end.filter.at);
    return { ...found, outcome: "waiting", cause: cause("waiting-for-client", because, end.filter.at) };
  }
  journal.decide("listener filters", "closes", end.because, end.at);
  return { ...found, outcome: "closed", response: noResponse(null), cause: cause("closed-by-filter", end.because, end.at) };
}

function followListener(
  context: ExplainContext,
  request: EvaluatedRequest,
  journal: Journal,
  accepting: Listener,
  listener: Listener,
  inspected: Inspected,
  destination: SocketEnd,
): Findings {
  const connection = connectionOf(request, inspected, destination);
  const { chain, near, at } = chooseFilterChain(listener, connection, context.behaviour, journal);
  if (chain === null) {
    const message = `no filter chain of listener ${listener.name} takes this connection, and it has no default one`;
    return {
      outcome: "closed",
      response: noResponse("filter_chain_not_found", ["NR"]),
      cause: cause("no-filter-chain", message, at, near),
    };
  }
  const found: Pick<Findings, "filterChain"> = {
    filterChain: { name: chain.name, index: chain.index, default: chain.default, at: chain.at },
  };
  const tls = unpack(chain.message.transport_socket?.typed_config, "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext");
  const broken = brokenHandshake(tls !== undefined, tls?.require_client_certificate === true && verifiesClients(tls), request);
  if (tls !== undefined) journal.decide("transport socket", "TLS taken off", "the filter chain has a TLS transport socket", chain.at);
  const arrived: ArrivedConnection = {
    context,
    journal,
    request,
    accepting,
    listener,
    chain,
    near: () =>
      listener === accepting && accepting.useOriginalDst ? listenersNear(context.configuration.listeners, request.destination) : near,
    connection,
    restored: inspected.restored,
    peer: downstreamPeer(chain, request),
  };
  return Object.assign(broken === undefined ? followChain(arrived) : brokenConnection(arrived, broken), found);
}

/** A connection whose TLS handshake fails. A TCP proxy has dialled its cluster by then: it does so before any byte is read. */
function brokenConnection(arrived: ArrivedConnection, because: string): Findings {
  const { chain, journal, connection, peer, context } = arrived;
  journal.decide("transport socket", "handshake fails", because, chain.at);
  // The network filters see a new connection, and never a byte of it.
  const result = runNetworkFilters(chain, {
    connection,
    peer,
    behaviour: context.behaviour,
    extension: context.configuration.extension,
    serverFirst: true,
  });
  const terminal = result.end === "terminal" ? result.filter.terminal : undefined;
  const chosenBefore = result.end === "terminal" ? result.tcpCluster : undefined;
  const dialled = terminal?.kind === "tcp_proxy" ? explainTcp(arrived, terminal.proxy, chosenBefore) : undefined;
  if (dialled?.outcome === "closed") return dialled;
  return {
    outcome: "closed",
    clusters: dialled?.clusters ?? [],
    response: noResponse(null),
    cause: cause("tls-handshake", because, chain.at, arrived.near()),
  };
}

function connectionOf(request: EvaluatedRequest, inspected: Inspected, destination: SocketEnd): MatchedConnection {
  const end = (address: { readonly ip: string; readonly port: number }) => (address.port === 0 ? { ip: address.ip } : address);
  const source = request.source === undefined ? undefined : end(request.source);
  return {
    destination,
    serverName: inspected.sni,
    transportProtocol: inspected.transportProtocol || "raw_buffer",
    applicationProtocols: inspected.applicationProtocols,
    source,
    directSource: request.directSource === undefined ? source : end(request.directSource),
  };
}

/** Why the TLS handshake of a chain fails; undefined where it does not. */
function brokenHandshake(chainHasTls: boolean, wantsCertificate: boolean, request: Request): string | undefined {
  if (!chainHasTls) return undefined;
  if (request.tls === undefined) return "the filter chain speaks TLS, and the client's bytes are none";
  if (wantsCertificate && request.tls.clientCertificate === undefined)
    return "the filter chain requires a client certificate, and the client offers none";
  return undefined;
}

/** Network filters that end a chain by answering the client themselves. */
const answersItself: ReadonlySet<string> = new Set(
  ["echo.v3.Echo", "direct_response.v3.Config"].map((type) => `envoy.extensions.filters.network.${type}`),
);

/** The chain's network filters up to the one that ends it, and what that one does. */
function followChain(arrived: ArrivedConnection): Findings {
  const { chain, journal, connection, peer, request, context } = arrived;
  const result = runNetworkFilters(chain, {
    connection,
    peer,
    behaviour: context.behaviour,
    extension: context.configuration.extension,
    serverFirst: request.serverFirst === true,
  });
  for (const open of result.open) journal.leaveOpen(open);
  for (const { filter, because } of result.notes) journal.decide("network filters", filter.name, because, filter.at);
  switch (result.end) {
    case "terminal":
      return followTerminal(arrived, result.filter.terminal, result);
    case "closed": {
      journal.decide("network filters", `${result.filter.name} closes`, result.because, result.at);
      const dialled = result.dialling === null ? undefined : followTerminal(arrived, result.dialling.terminal, result);
      if (dialled?.outcome === "closed") return dialled;
      return {
        outcome: "closed",
        clusters: dialled?.clusters ?? [],
        response: result.response,
        cause: cause(result.cause, `${result.filter.name}: ${result.because}`, result.at),
      };
    }
    case "no-terminal": {
      journal.decide("network filters", result.filter?.name ?? "closed", result.because, result.at);
      if (result.filter !== null) return { outcome: answersItself.has(result.filter.type ?? "") ? "direct_response" : "forward" };
      return { outcome: "closed", response: noResponse(null), cause: cause("closed-by-filter", result.because, result.at) };
    }
  }
}

const followTerminal = (arrived: ArrivedConnection, terminal: TerminalFilter, state: ConnectionState): Findings =>
  terminal.kind === "tcp_proxy" ? explainTcp(arrived, terminal.proxy, state.tcpCluster) : explainHttp(arrived, terminal, state);
