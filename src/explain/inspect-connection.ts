import type { ListenerFilterChainMatchPredicate } from "../generated/messages.js";
import type { EnvoyVersion } from "../model/envoy-version.js";
import type { Listener, ListenerFilter } from "../model/listener.js";
import { milliseconds, placeOf } from "../model/proto-json.js";
import type { Request } from "../model/request.js";
import { type FirstBytes, type Inspection, inspectHttp, inspectTls, isRequestTarget, knowsMethod } from "./first-bytes.js";
import type { Journal } from "./journal.js";

/** What the listener filters have found out about a connection, for the choice of a filter chain. */
export interface Inspected {
  /** "" until something sets it; "raw_buffer" is what an empty one counts as. */
  readonly transportProtocol: string;
  readonly sni: string;
  /** In the client's order. */
  readonly applicationProtocols: readonly string[];
  /** Has a filter restored the address that the client dialled? */
  readonly restored: boolean;
}

export const uninspected: Inspected = { transportProtocol: "", sni: "", applicationProtocols: [], restored: false };

/** What becomes of the connection while its listener filters run. */
export type InspectionEnd =
  | { readonly end: "inspected"; readonly inspected: Inspected }
  | { readonly end: "waiting"; readonly filter: ListenerFilter }
  | { readonly end: "closed"; readonly filter: ListenerFilter | null; readonly because: string; readonly at: string };

const listenerFilter = "envoy.extensions.filters.listener.";
const originalDst = `${listenerFilter}original_dst.v3.OriginalDst`;
const tlsInspector = `${listenerFilter}tls_inspector.v3.TlsInspector`;
const httpInspector = `${listenerFilter}http_inspector.v3.HttpInspector`;
const proxyProtocol = `${listenerFilter}proxy_protocol.v3.ProxyProtocol`;

/** Listener filters by the names that they have where the dump gives no configuration type (older Istio). */
const typesByName: Readonly<Record<string, string>> = {
  "envoy.filters.listener.original_dst": originalDst,
  "envoy.filters.listener.tls_inspector": tlsInspector,
  "envoy.filters.listener.http_inspector": httpInspector,
  "envoy.filters.listener.proxy_protocol": proxyProtocol,
  "envoy.listener.original_dst": originalDst,
  "envoy.listener.tls_inspector": tlsInspector,
  "envoy.listener.http_inspector": httpInspector,
};

const typeOf = (filter: ListenerFilter): string | null =>
  filter.type ?? (Object.hasOwn(typesByName, filter.name) ? (typesByName[filter.name] ?? null) : null);

const defaultTimeoutMs = 15_000;

/**
 * Runs a listener's listener filters, in their order, over a connection's first bytes.
 *
 * @param localPort port of the socket's own address, which `filter_disabled` sees until the dialled one is restored
 */
export function inspectConnection(
  listener: Listener,
  request: Request,
  first: FirstBytes,
  earlier: Inspected,
  localPort: number,
  version: EnvoyVersion | null,
  journal: Journal,
): InspectionEnd {
  let inspected = earlier;
  for (const filter of listener.listenerFilters) {
    if (isDisabled(filter.message.filter_disabled, inspected.restored ? request.destination.port : localPort)) continue;
    switch (typeOf(filter)) {
      case originalDst:
        inspected = { ...inspected, restored: true };
        continue;
      case proxyProtocol:
        if (request.directSource !== undefined) inspected = { ...inspected, restored: true };
        continue;
      case tlsInspector:
      case httpInspector: {
        const isTls = typeOf(filter) === tlsInspector;
        const found = isTls ? seenByTls(first) : seenByHttp(first, inspected, request, version);
        if (found.result === "closes") return { end: "closed", filter, because: found.because, at: filter.at };
        if (found.result === "waits") {
          const end = whileWaiting(listener, filter, journal);
          if (end !== undefined) return end;
          return { end: "inspected", inspected };
        }
        inspected = isTls ? withTls(inspected, first) : withProtocols(inspected, found);
        continue;
      }
      default:
        journal.leaveOpen({
          code: "listener-filter-not-modelled",
          at: filter.at,
          message: `listener filter ${filter.name} is not modelled; it may change what is known of the connection, or close it`,
          decidedBy: "the filter's own rules",
        });
    }
  }
  return { end: "inspected", inspected: listener.useOriginalDst ? { ...inspected, restored: true } : inspected };
}

function seenByTls(first: FirstBytes): Inspection {
  if (first.kind === "silent") return { result: "waits" };
  return first.kind === "bytes" ? inspectTls(first.bytes) : { result: "none" };
}

const withTls = (inspected: Inspected, first: FirstBytes): Inspected =>
  first.kind === "tls" ? { ...inspected, transportProtocol: "tls", sni: first.sni, applicationProtocols: first.alpn } : inspected;

function seenByHttp(first: FirstBytes, inspected: Inspected, request: Request, version: EnvoyVersion | null): Inspection {
  if (inspected.transportProtocol !== "" && inspected.transportProtocol !== "raw_buffer") return { result: "none" };
  switch (first.kind) {
    case "silent":
      return { result: "waits" };
    case "bytes":
      return inspectHttp(first.bytes, version);
    case "tls":
    case "opaque":
      return { result: "none" };
    case "http":
      return request.http === undefined ? { result: "none" } : seenInRequest(request.http, version);
  }
}

function seenInRequest(http: NonNullable<Request["http"]>, version: EnvoyVersion | null): Inspection {
  if (http.version === "h2") return { result: "found", protocols: ["h2c"] };
  if (!knowsMethod(http.method, version) || !isRequestTarget(http.method, http.path ?? http.authority ?? "*")) return { result: "none" };
  return { result: "found", protocols: [http.version] };
}

const withProtocols = (inspected: Inspected, found: Inspection): Inspected =>
  found.result === "found" ? { ...inspected, applicationProtocols: found.protocols } : inspected;

/** What a filter's waiting comes to: for ever, or until the time-out, which goes on (undefined) or closes. */
function whileWaiting(listener: Listener, filter: ListenerFilter, journal: Journal): InspectionEnd | undefined {
  const timeout = milliseconds(listener.message.listener_filters_timeout) ?? defaultTimeoutMs;
  if (timeout === 0) return { end: "waiting", filter };
  const at = placeOf(listener.message, "listener_filters_timeout");
  if (listener.message.continue_on_listener_filters_timeout !== true) {
    return { end: "closed", filter, because: `nothing came within the listener filters' ${timeout / 1000}s`, at };
  }
  journal.decide("listener filters", `${filter.name} gives up`, `nothing came within ${timeout / 1000}s; goes on with what is known`, at);
  return undefined;
}

/** envoy.config.listener.v3.ListenerFilterChainMatchPredicate on the destination port. */
function isDisabled(predicate: ListenerFilterChainMatchPredicate | undefined, port: number): boolean {
  if (predicate === undefined) return false;
  if (predicate.any_match === true) return true;
  if (predicate.not_match !== undefined) return !isDisabled(predicate.not_match, port);
  if (predicate.or_match !== undefined) return (predicate.or_match.rules ?? []).some((rule) => isDisabled(rule, port));
  if (predicate.and_match !== undefined) return (predicate.and_match.rules ?? []).every((rule) => isDisabled(rule, port));
  const range = predicate.destination_port_range;
  return range !== undefined && port >= (range.start ?? 0) && port < (range.end ?? 0);
}
