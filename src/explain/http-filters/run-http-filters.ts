import type { ConfigRouteFilterConfig } from "../../generated/messages.js";
import type { HttpFilter } from "../../model/filter-chain.js";
import { type Any, messageNameOf, unpack } from "../../model/proto-json.js";
import type { RouteConfiguration } from "../../model/route-configuration.js";
import type { Uncertain } from "../explanation.js";
import type { ReceivedRequest } from "../reception.js";
import { httpFilterTypeOf, typeOfOwn } from "./filter-types.js";
import { type ChangedView, type HttpFilterDecision, type HttpFilterInput, notModelled } from "./http-filter.js";
import { httpFilterModels } from "./models.js";
import { passiveHttpFilters } from "./passive-filters.js";

export interface HttpFiltersResult {
  readonly answered: (HttpFilterDecision & { readonly does: "answers" } & { readonly filter: HttpFilter }) | null;
  readonly open: readonly Uncertain[];
  /** The request as the filters leave it. */
  readonly received: ReceivedRequest;
  /** Response flags that the filters have set which let the request go on. */
  readonly flags: readonly string[];
  /** One line a filter that had something to say. */
  readonly notes: readonly { readonly filter: HttpFilter; readonly because: string }[];
}

const routerType = typeOfOwn("router");

export interface HttpFilterChainInput extends Omit<HttpFilterInput, "filter" | "perRoute" | "perRoutes"> {
  readonly filters: readonly HttpFilter[];
  /** ECDS configuration by filter name. */
  readonly extension: (name: string) => Any | undefined;
  readonly configuration: RouteConfiguration | null;
  /** typed_per_filter_config of the weighted cluster entry chosen, where there is one. */
  readonly entryConfig: Readonly<Record<string, Any>> | undefined;
}

/**
 * Runs the HTTP filters before the router, in their order, until one answers. The route is the one chosen before the first of them: a
 * filter that may have it chosen again says so in `open`.
 */
export function runHttpFilters(chain: HttpFilterChainInput): HttpFiltersResult {
  const open: Uncertain[] = [];
  const flags: string[] = [];
  const notes: { filter: HttpFilter; because: string }[] = [];
  let seen: Pick<HttpFilterInput, "received" | "matched"> = chain;
  for (const declared of chain.filters) {
    const filter = withDiscovered(declared, chain.extension);
    const type = httpFilterTypeOf(filter);
    if (type === routerType) break;
    if (passiveHttpFilters.has(type)) continue;
    const configs = routeConfigs(filter.name, chain);
    const [mostSpecific] = configs;
    if (isOff(filter, mostSpecific)) continue;
    const perRoutes = configs.flatMap((config) => innerConfig(config) ?? []);
    const perRoute = mostSpecific === undefined ? undefined : innerConfig(mostSpecific);
    const decision = decide({ ...chain, received: seen.received, matched: seen.matched, filter, perRoute, perRoutes });
    if (decision.open !== undefined) open.push(decision.open);
    if (decision.does === "answers") return { answered: { ...decision, filter }, open, flags, notes, received: seen.received };
    flags.push(...(decision.flags ?? []));
    if (decision.because !== "") notes.push({ filter, because: decision.because });
    if (decision.changes !== undefined) seen = changed(seen, decision.changes);
  }
  return { answered: null, open, flags, notes, received: seen.received };
}

function withDiscovered(filter: HttpFilter, extension: (name: string) => Any | undefined): HttpFilter {
  if (filter.discoveredAs === null) return filter;
  const config = extension(filter.discoveredAs) ?? filter.config;
  return { ...filter, config, type: config === null ? null : messageNameOf(config) };
}

/** Configuration for the route, by filter name: of the weighted cluster entry, the route, the virtual host, the route configuration; none without a route. */
function routeConfigs(name: string, chain: HttpFilterChainInput): readonly Any[] {
  if (chain.route === null) return [];
  const scopes = [
    chain.entryConfig,
    chain.route.message.typed_per_filter_config,
    chain.virtualHost?.message.typed_per_filter_config,
    chain.configuration?.message.typed_per_filter_config,
  ];
  return scopes.flatMap((scope) => (scope !== undefined && Object.hasOwn(scope, name) ? (scope[name] ?? []) : []));
}

const filterConfig = (any: Any): ConfigRouteFilterConfig | undefined => unpack(any, "envoy.config.route.v3.FilterConfig");

/** A FilterConfig is a wrapper that may turn the filter off or on for the route. */
function isOff(filter: HttpFilter, perRoute: Any | undefined): boolean {
  if (perRoute === undefined) return filter.disabled;
  return filterConfig(perRoute)?.disabled ?? false;
}

const innerConfig = (perRoute: Any): Any | undefined => {
  const wrapper = filterConfig(perRoute);
  return wrapper === undefined ? perRoute : wrapper.config;
};

function decide(input: HttpFilterInput): HttpFilterDecision {
  const { filter } = input;
  if (filter.type === null && filter.discoveredAs !== null) {
    return notModelled(filter, "its configuration (ECDS) is not in the dump; without one Envoy answers 500 (NFCF)");
  }
  const model = httpFilterModels.get(httpFilterTypeOf(filter));
  return model === undefined ? notModelled(filter) : model(input);
}

type View = Pick<HttpFilterInput, "received" | "matched">;

function changed({ received, matched }: View, changes: ChangedView): View {
  const names = changes.headers ?? new Map();
  const values = new Map([...received.headers.values].filter(([name]) => !names.has(name)));
  const headers = { values, unknown: new Map([...received.headers.unknown, ...names]) };
  return { received: { ...received, headers }, matched: { ...matched, headers, unknownState: matched.unknownState ?? changes.state } };
}
