import type { ConfigPatch, PatchMatch } from "./envoy-filter.js";
import { namedFilter, namedListenerFilter } from "./match-filter.js";
import type { Suspicion } from "./patch-account.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** A part of a match, and why nobody looks at it. */
interface Unasked {
  readonly at: string;
  readonly value: unknown;
  readonly why: string;
}

/** What a match says that istiod does not look at. */
export function* suspectMatch({ match }: ConfigPatch, prepared: PreparedPatch): Generator<Suspicion> {
  if (match === undefined) return;
  for (const { at, value, why } of [
    ...unaskedOfListener(match, prepared),
    ...unaskedOfRoutes(match, prepared),
    ...unaskedOfCluster(match, prepared),
  ]) {
    if (value !== undefined && value !== "" && value !== 0) yield { code: "match-ignored", at: `/match/${at}`, message: why };
  }
}

function unaskedOfListener({ listener }: PatchMatch, { applyTo, operation, match }: PreparedPatch): readonly Unasked[] {
  if (listener === undefined) return [];
  const { portName, filterChain, listenerFilter } = listener;
  const isAdd = operation === "ADD";
  const unasked: Unasked[] = [{ at: "listener/portName", value: portName, why: "istiod does not look at a listener's port name" }];
  const filterless = applyTo === "LISTENER" || applyTo === "FILTER_CHAIN" || applyTo === "LISTENER_FILTER";
  if (applyTo === "LISTENER" && isAdd)
    return [{ at: "listener", value: listener, why: "a LISTENER is added whatever listeners there are" }];
  if (applyTo === "LISTENER" || applyTo === "LISTENER_FILTER" || (applyTo === "FILTER_CHAIN" && isAdd)) {
    unasked.push({
      at: "listener/filterChain",
      value: filterChain,
      why: `${isAdd ? `${operation} of ` : ""}${applyTo} does not look at filter chains`,
    });
  } else if (filterless) {
    unasked.push({
      at: "listener/filterChain/filter",
      value: filterChain?.filter,
      why: `${applyTo} does not look at the filters of a chain`,
    });
  }
  if (applyTo !== "LISTENER_FILTER") {
    unasked.push({ at: "listener/listenerFilter", value: listenerFilter, why: `${applyTo} does not look at listener filters` });
  }
  const anchor = isAdd || operation === "INSERT_FIRST" ? anchorOf(applyTo, match) : undefined;
  if (anchor !== undefined) unasked.push({ ...anchor, why: `${operation} does not ask whether that filter is there` });
  if (applyTo === "LISTENER_FILTER" && operation === "MERGE" && namedListenerFilter(listener) !== undefined) {
    unasked.push({
      at: "listener/listenerFilter",
      value: listenerFilter,
      why: "MERGE reaches every listener filter of the listener, not only that one",
    });
  }
  return unasked;
}

/** The item of a list that a patch names. */
function anchorOf(applyTo: PreparedPatch["applyTo"], match: PatchMatch): Omit<Unasked, "why"> | undefined {
  if (applyTo === "NETWORK_FILTER") return { at: "listener/filterChain/filter", value: namedFilter(match) };
  if (applyTo === "HTTP_FILTER") return { at: "listener/filterChain/filter/subFilter", value: namedFilter(match)?.subFilter };
  return applyTo === "LISTENER_FILTER" ? { at: "listener/listenerFilter", value: match.listener?.listenerFilter } : undefined;
}

function unaskedOfRoutes({ routeConfiguration }: PatchMatch, { applyTo, operation, context }: PreparedPatch): readonly Unasked[] {
  if (routeConfiguration === undefined) return [];
  const { vhost, portName, gateway } = routeConfiguration;
  const unasked: Unasked[] = [];
  if (context === "SIDECAR_INBOUND" || context === "SIDECAR_OUTBOUND") {
    unasked.push({
      at: "routeConfiguration/portName",
      value: portName,
      why: "for sidecars istiod does not look at the port name of a route configuration",
    });
    unasked.push({ at: "routeConfiguration/gateway", value: gateway, why: "for sidecars istiod does not look at a gateway" });
  }
  if (applyTo === "ROUTE_CONFIGURATION")
    unasked.push({ at: "routeConfiguration/vhost", value: vhost, why: `${applyTo} does not look at virtual hosts` });
  if (applyTo === "VIRTUAL_HOST" && operation === "ADD") {
    unasked.push({ at: "routeConfiguration/vhost", value: vhost, why: "a VIRTUAL_HOST is added whatever virtual hosts there are" });
  } else if (applyTo === "VIRTUAL_HOST") {
    unasked.push({ at: "routeConfiguration/vhost/route", value: vhost?.route, why: "VIRTUAL_HOST does not look at routes" });
  }
  if (applyTo === "HTTP_ROUTE" && operation === "ADD") {
    unasked.push({ at: "routeConfiguration/vhost/route", value: vhost?.route, why: "an HTTP_ROUTE is added whatever routes there are" });
  }
  return unasked;
}

function unaskedOfCluster({ cluster }: PatchMatch, { applyTo, operation }: PreparedPatch): readonly Unasked[] {
  if (cluster === undefined || applyTo !== "CLUSTER") return [];
  if (operation === "ADD") return [{ at: "cluster", value: cluster, why: "a CLUSTER is added whatever clusters there are" }];
  const { name, service, subset, portNumber } = cluster;
  if (name === undefined || name === "") return [];
  const why = "a match with a cluster's name looks at nothing else";
  return Object.entries({ service, subset, portNumber }).map(([field, value]) => ({ at: `cluster/${field}`, value, why }));
}
