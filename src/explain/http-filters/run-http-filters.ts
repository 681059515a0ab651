import type { FilterConfig } from "../../generated/messages.js";
import type { MatchedConnection } from "../../match/connection.js";
import type { MatchedRequest } from "../../match/matched-request.js";
import type { MatchingBehaviour } from "../../match/behaviour.js";
import type { HttpFilter } from "../../model/filter-chain.js";
import { type Any, messageNameOf, placeOf, unpack } from "../../model/proto-json.js";
import type { Route, RouteConfiguration, VirtualHost } from "../../model/route-configuration.js";
import type { Uncertain } from "../explanation.js";
import type { LocalReply } from "../local-reply.js";
import type { ReceivedRequest } from "../receive-request.js";
import { httpFilterModels, passiveHttpFilters } from "./models.js";

/** What an HTTP filter looks at when it decides about a request. */
export interface HttpFilterInput {
  readonly filter: HttpFilter;
  /** Its configuration for this route, the most specific one; undefined where there is none. */
  readonly perRoute: Any | undefined;
  readonly received: ReceivedRequest;
  readonly matched: MatchedRequest;
  readonly connection: MatchedConnection;
  readonly behaviour: MatchingBehaviour;
  /** The route that the request has at this point; null: none. */
  readonly route: Route | null;
  readonly virtualHost: VirtualHost | null;
}

/** What a filter does with a request: lets it go on, answers it, or (open) may do either. */
export type HttpFilterDecision =
  | { readonly does: "continues"; readonly because: string; readonly open?: Uncertain }
  | { readonly does: "answers"; readonly outcome: "rejected" | "direct_response"; readonly cause: "denied" | "fault" | null; readonly reply: LocalReply; readonly because: string; readonly at: string };

export type HttpFilterModel = (input: HttpFilterInput) => HttpFilterDecision;

export interface HttpFiltersResult {
  readonly answered: (HttpFilterDecision & { readonly does: "answers" } & { readonly filter: HttpFilter }) | null;
  readonly open: readonly Uncertain[];
  /** One line a filter that had something to say. */
  readonly notes: readonly { readonly filter: HttpFilter; readonly because: string }[];
}

export interface HttpFilterChainInput extends Omit<HttpFilterInput, "filter" | "perRoute"> {
  readonly filters: readonly HttpFilter[];
  /** ECDS configuration by filter name. */
  readonly extension: (name: string) => Any | undefined;
  readonly configuration: RouteConfiguration | null;
  /** typed_per_filter_config of the weighted cluster entry chosen, where there is one. */
  readonly entryConfig: Readonly<Record<string, Any>> | undefined;
}

const routerType = "envoy.extensions.filters.http.router.v3.Router";

/** Runs the HTTP filters before the router, in their order, until one answers. */
export function runHttpFilters(chain: HttpFilterChainInput): HttpFiltersResult {
  const open: Uncertain[] = [];
  const notes: { filter: HttpFilter; because: string }[] = [];
  for (const declared of chain.filters) {
    const filter = withDiscovered(declared, chain.extension);
    if (filter.type === routerType) break;
    const perRoute = mostSpecificConfig(filter.name, chain);
    if (isOff(filter, perRoute)) continue;
    const decision = decide({ ...chain, filter, perRoute: perRoute === undefined ? undefined : innerConfig(perRoute) });
    if (decision.does === "answers") return { answered: { ...decision, filter }, open, notes };
    if (decision.open !== undefined) open.push(decision.open);
    if (decision.because !== "") notes.push({ filter, because: decision.because });
  }
  return { answered: null, open, notes };
}

function withDiscovered(filter: HttpFilter, extension: (name: string) => Any | undefined): HttpFilter {
  if (filter.discoveredAs === null) return filter;
  const config = extension(filter.discoveredAs) ?? filter.config;
  return { ...filter, config, type: config === null ? null : messageNameOf(config) };
}

/** Per-route configuration, by filter name: weighted cluster entry, then route, virtual host, route configuration. */
function mostSpecificConfig(name: string, chain: HttpFilterChainInput): Any | undefined {
  const scopes = [
    chain.entryConfig,
    chain.route?.message.typed_per_filter_config,
    chain.virtualHost?.message.typed_per_filter_config,
    chain.configuration?.message.typed_per_filter_config,
  ];
  return scopes.map((scope) => (scope !== undefined && Object.hasOwn(scope, name) ? scope[name] : undefined)).find((config) => config !== undefined);
}

const filterConfig = (any: Any): FilterConfig | undefined => unpack(any, "envoy.config.route.v3.FilterConfig");

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
  if (filter.type === null && filter.discoveredAs !== null) return { does: "continues", because: "", open: notModelled(filter, "its configuration (ECDS) is not in the dump") };
  const type = filter.type ?? filter.name;
  const model = httpFilterModels[type];
  if (model !== undefined) return model(input);
  if (passiveHttpFilters.has(type)) return { does: "continues", because: "" };
  return { does: "continues", because: "", open: notModelled(filter, "it may answer the request or change where it goes") };
}

export const notModelled = (filter: HttpFilter, may: string): Uncertain => ({
  code: "filter-not-modelled",
  at: filter.config === null ? filter.at : placeOf(filter.config),
  message: `HTTP filter ${filter.name}: ${may}`,
  decidedBy: "the filter's own rules at run time",
});
