import { indexDomains, withoutPort } from "../../match/domain.js";
import type { Any } from "../../model/proto-json.js";
import type { Request } from "../../model/request.js";
import type { Route, RouteConfiguration, VirtualHost } from "../../model/route-configuration.js";
import { type Criterion, candidatesOf, criteriaOf, headerDimension, type Shown, type Surroundings } from "../../witness/criterion.js";
import { findRequests } from "../../witness/find-request.js";
import { makeRequest } from "../../witness/make-request.js";
import { pathCandidates } from "../../witness/path-candidates.js";
import { turnCase } from "../../witness/text-candidates.js";
import type { BothSides } from "./both-sides.js";
import { describeBoth, describeConnection } from "./class-words.js";
import { clusterChoices } from "./cluster-choices.js";
import type { ManagerComparison } from "./compare-managers.js";
import type { DeadRoutes } from "./dead-routes.js";
import { combinedConditions, conditionsOf, leavesRequestsOpen, ofCors } from "./filter-conditions.js";
import { type ListedRoute, listedRoutes } from "./listed-routes.js";
import { printOf } from "./mentions.js";
import { type RoutePair, routePairs } from "./route-pairs.js";
import type { Manager } from "./traffic-side.js";
import type { Trials, Tried } from "./trials.js";
import { inHttp, type Variation, withHeader, withoutRandom } from "./variation.js";

/** Requests of one kind of answer to which the conditions of changed filters are applied. */
const mostOfOneKind = 3;
const mostPairs = 4_000;

/** Both sides' virtual host of some hosts, and the way there. */
export interface HostView {
  readonly request: Request;
  readonly hosts: readonly string[];
  readonly tried: Tried;
  readonly old: Manager | null;
  readonly now: Manager | null;
  readonly oldRoutes: RouteConfiguration | null;
  readonly newRoutes: RouteConfiguration | null;
  readonly oldHost: VirtualHost | null;
  readonly newHost: VirtualHost | null;
  readonly everything: boolean;
  readonly sameFilters: boolean;
  readonly sameSettings: boolean;
}

interface TriedRoute extends ListedRoute {
  readonly criteria: readonly Criterion[];
}

/** What is known of the requests to a virtual host. */
interface RouteSpace {
  readonly candidates: ReadonlyMap<string, readonly Shown[]>;
  readonly oldRoutes: readonly TriedRoute[];
  readonly newRoutes: readonly TriedRoute[];
  readonly surroundings: Surroundings;
  readonly sameHost: boolean;
}

/** Tries requests for each pair of routes that a virtual host may take them to on both sides. */
export class HostExplorer {
  readonly #both: BothSides;
  readonly #managers: ManagerComparison;
  readonly #trials: Trials;
  readonly #dead: DeadRoutes;
  readonly #kinds = new Map<string, number>();

  constructor(both: BothSides, managers: ManagerComparison, trials: Trials, dead: DeadRoutes) {
    this.#both = both;
    this.#managers = managers;
    this.#trials = trials;
    this.#dead = dead;
  }

  /** Tries a request for each pair of routes, and looks for routes that none reaches. */
  explore(view: HostView): void {
    const { request, oldHost, newHost, oldRoutes, newRoutes, tried } = view;
    const [olds, news] = [listedRoutes(oldHost), listedRoutes(newHost)];
    const matches = [...olds, ...news].map(({ match }) => match);
    const oldSurroundings = this.#both.surroundings(request, this.#both.old.chainOf(tried.before), this.#both.old);
    const newSurroundings = this.#both.surroundings(request, this.#both.now.chainOf(tried.after), this.#both.now);
    const candidates = new Map(candidatesOf(matches, newSurroundings));
    const authority = headerDimension(":authority");
    const named = candidates.get(authority);
    if (named !== undefined) candidates.set(authority, authoritiesOf(view, named.flat()));
    const listed = (routes: readonly ListedRoute[], surroundings: Surroundings): readonly TriedRoute[] =>
      routes.map((route) => ({ ...route, criteria: criteriaOf(route.match, surroundings) }));
    const space: RouteSpace = {
      candidates,
      oldRoutes: listed(olds, oldSurroundings),
      newRoutes: listed(news, newSurroundings),
      surroundings: newSurroundings,
      sameHost:
        oldHost !== null &&
        newHost !== null &&
        printOf(oldHost.message, ["routes", "domains", "name"]) === printOf(newHost.message, ["routes", "domains", "name"]),
    };
    const lookAlike = (listed: ListedRoute | null): boolean =>
      view.everything || !space.sameHost || oldHost?.name !== newHost?.name || this.#both.namesChanged(listed?.route?.message);
    const print = ({ route, match }: ListedRoute): string =>
      `${route === null ? "" : this.#both.print(route.message)} ${route?.message.match === match ? "" : printOf(match)}`;
    for (const host of [oldHost, newHost]) {
      if (host?.message.matcher !== undefined)
        this.#trials.sample(`virtual host ${host.name}`, "what its matcher asks about was only sampled");
    }
    let pairs = 0;
    for (const pair of routePairs(olds, news, print, lookAlike)) {
      if (++pairs > mostPairs || this.#trials.isOver) {
        this.#trials.sample(`virtual host ${newHost?.name ?? oldHost?.name ?? ""}`, "not every pair of routes was tried");
        break;
      }
      this.#explorePair(view, pair, space);
    }
    if (!this.#both.isSame(oldHost?.message.routes, newHost?.message.routes) && oldHost !== null && newHost !== null) {
      this.#dead.find(oldHost, newHost, oldRoutes, newRoutes, oldSurroundings, newSurroundings);
    }
  }

  #explorePair(view: HostView, pair: RoutePair, space: RouteSpace): void {
    const { candidates, oldRoutes, newRoutes } = space;
    const ends = [pair.old === null ? undefined : oldRoutes[pair.old], pair.new === null ? undefined : newRoutes[pair.new]];
    const [old, now] = [ends[0]?.route ?? null, ends[1]?.route ?? null];
    const within = ends.flatMap((end) => (end === undefined ? [] : [end.criteria]));
    const outside = [...oldRoutes.slice(0, pair.old ?? undefined), ...newRoutes.slice(0, pair.new ?? undefined)]
      .filter(({ open }) => !open)
      .map(({ criteria }) => criteria);
    const search = findRequests({ within, outside }, candidates, 4);
    const words = (): string => {
      const earlier = outside.filter(
        (criteria) => findRequests({ within: [...within, criteria], outside: [] }, candidates).found === "some",
      );
      const except = earlier.length === 0 ? "" : ", as far as no earlier route takes it";
      return `${describeBoth(ends[0]?.match, ends[1]?.match)}${except}`;
    };
    if (search.found === "none") {
      if (!search.certain) this.#trials.sample(this.#pairWords(view, old, now), "requests that meet both were only sampled");
      return;
    }
    let base: Request | undefined;
    for (const assignment of search.assignments) {
      const made = makeRequest(view.request, assignment);
      const tried = this.#trials.try(made, words);
      const met = tried.before.route?.at === old?.at && tried.after.route?.at === now?.at;
      if (met) base ??= made;
      if (met) break;
    }
    base ??= makeRequest(view.request, search.assignments[0] ?? new Map());
    this.#varyPair(view, old, now, base, space, words);
  }

  /** What else may decide once the routes are known: draws, filters, rewrites by pattern, upgrades. */
  #varyPair(view: HostView, old: Route | null, now: Route | null, base: Request, space: RouteSpace, words: () => string): void {
    const actions = [old, now].flatMap((route) => route?.message.route ?? []);
    const variations: Variation[] = [
      ...clusterChoices(actions.map(({ weighted_clusters }) => weighted_clusters?.clusters)),
      // A match on a runtime fraction is not decided then.
      ...(base.random === undefined ? [] : [withoutRandom]),
    ];
    const headers = actions.flatMap(({ cluster_header, weighted_clusters }) =>
      [
        cluster_header ?? [],
        weighted_clusters?.header_name ?? [],
        (weighted_clusters?.clusters ?? []).flatMap((entry) => entry.cluster_header ?? []),
      ].flat(2),
    );
    for (const name of headers)
      for (const cluster of [...this.#both.changed.clusters].slice(0, 20)) variations.push(withHeader(name.toLowerCase(), cluster));
    const scopesOf = (route: Route | null, host: VirtualHost | null, routes: RouteConfiguration | null): readonly FilterScope[] => [
      route?.message.typed_per_filter_config,
      host?.message.typed_per_filter_config,
      routes?.message.typed_per_filter_config,
      ...(route?.message.route?.weighted_clusters?.clusters ?? []).map((entry) => entry.typed_per_filter_config),
    ];
    const [oldScopes, newScopes] = [scopesOf(old, view.oldHost, view.oldRoutes), scopesOf(now, view.newHost, view.newRoutes)];
    const [oldConfigs, newConfigs] = [oldScopes.flatMap(configsIn), newScopes.flatMap(configsIn)];
    const own = printOf(oldConfigs) !== printOf(newConfigs);
    if (own) {
      const filters = [...this.#managers.filtersOf(view.old, this.#both.old), ...this.#managers.filtersOf(view.now, this.#both.now)];
      const open = filters.filter(({ name }) => configured(oldScopes, name) !== configured(newScopes, name)).filter(leavesRequestsOpen);
      this.#trials.sampleOpenFilters(
        this.#pairWords(view, old, now),
        open.map(({ name }) => name),
      );
    }
    const kind = own || view.sameFilters ? 0 : this.#countKind(view, base);
    if (own || (!view.sameFilters && kind <= mostOfOneKind)) {
      const filters = [
        ...this.#managers.filterConfigs(view.old, this.#both.old),
        ...this.#managers.filterConfigs(view.now, this.#both.now),
      ];
      variations.push(...conditionsOf([...filters, ...oldConfigs, ...newConfigs], space.surroundings));
      if (kind === 1) {
        const lone = new Set(this.#managers.loneConfigs(view.old, view.now));
        const others = filters.filter((config) => !lone.has(config));
        variations.push(...combinedConditions([...lone], others, space.surroundings));
      }
    }
    const cors = [old?.message.route?.cors, now?.message.route?.cors, view.oldHost?.message.cors, view.newHost?.message.cors].filter(
      (policy) => policy !== undefined,
    );
    for (const policy of cors) variations.push(...ofCors(policy, space.surroundings));
    if (!space.sameHost || !this.#managers.sameRouting(view.old, view.now) || this.#both.everything)
      variations.push(...this.#managers.protocols(view.old, view.now));
    if (!this.#both.isSame(old?.message, now?.message)) {
      variations.push(...ordinaryVariations);
      const matches = [old, now].flatMap((route) => route?.message.match ?? []);
      const patterns = actions.flatMap(({ regex_rewrite, host_rewrite_path_regex }) =>
        [regex_rewrite, host_rewrite_path_regex].flatMap((rewrite) => rewrite?.pattern ?? []),
      );
      const paths = pathCandidates([...matches, ...patterns.map((safe_regex) => ({ safe_regex }))]).slice(0, 24);
      variations.push(...paths.map((path) => inHttp(`path ${path}`, () => ({ path }))));
      for (const name of actions.flatMap(({ host_rewrite_header }) => host_rewrite_header ?? []))
        variations.push(withHeader(name.toLowerCase(), "other.example"));
      if (patterns.length > 0)
        this.#trials.sample(this.#pairWords(view, old, now), "paths that a rewriting regex changes were only sampled");
    }
    for (const variation of variations) {
      const made = variation.apply(base);
      this.#trials.try(made, () => [words(), variation.words].join(", "));
    }
  }

  /** How many requests like this one, by how both sides answer it, have been tried with the filters that differ, this one among them? */
  #countKind({ old, now }: HostView, request: Request): number {
    const { before, after } = this.#trials.try(request, () => describeConnection(request));
    const answers = [before, after].map(({ outcome, cause, response, clusters, request: made }) => [
      outcome,
      cause?.code,
      response?.details,
      cause === null ? "" : clusters[0]?.name,
      made.tls === undefined,
    ]);
    const key = JSON.stringify([
      [old, now].map((manager) => manager?.manager.http_filters && this.#both.print(manager.manager.http_filters)),
      answers,
    ]);
    const count = (this.#kinds.get(key) ?? 0) + 1;
    this.#kinds.set(key, count);
    return count;
  }

  #pairWords({ oldHost, newHost, newRoutes, oldRoutes }: HostView, old: Route | null, now: Route | null): string {
    const named = (route: Route | null): string => (route === null ? "no route" : `route ${route.name ?? `#${route.index}`}`);
    return `routes ${newRoutes?.name ?? oldRoutes?.name ?? ""}, virtual host ${newHost?.name ?? oldHost?.name ?? ""}, ${named(old)} before and ${named(now)} after`;
  }
}

/**
 * The authorities that both virtual hosts take, as far as a header matcher may tell them apart: it sees them as they are sent, in any case,
 * and with a port that hosts are matched without.
 */
function authoritiesOf({ hosts, oldHost, newHost, oldRoutes, newRoutes }: HostView, named: readonly string[]): readonly Shown[] {
  const portless = [oldRoutes, newRoutes].some((routes) => routes?.message.ignore_port_in_host_matching === true);
  const indexes = [oldHost, newHost].flatMap((host) => (host === null ? [] : [indexDomains([host])]));
  const taken = named.filter((host) => indexes.every((index) => index.find(portless ? withoutPort(host) : host) !== undefined));
  const plain = [...hosts, ...taken];
  const written = [...plain, ...plain.map(turnCase)];
  const sent = [...written, ...(portless ? written.map((host) => `${withoutPort(host)}:4711`) : [])];
  return [...new Set(sent)].map((host): Shown => [host]);
}

/** What a route, or something around it, tells HTTP filters, by their names. */
type FilterScope = Readonly<Record<string, Any>> | undefined;

const configsIn = (scope: FilterScope): readonly Any[] => Object.values(scope ?? {});

const configured = (scopes: readonly FilterScope[], name: string): string =>
  printOf(scopes.map((scope) => (scope !== undefined && Object.hasOwn(scope, name) ? scope[name] : null)));

/** What a changed route may treat apart: gRPC, upgrades, the other version of HTTP. */
const ordinaryVariations: readonly Variation[] = [
  withHeader("content-type", "application/grpc"),
  inHttp("HTTP/2", () => ({ version: "h2" })),
  inHttp("an upgrade to WebSocket", ({ headers }) => ({
    version: "http/1.1",
    headers: { ...headers, connection: ["upgrade"], upgrade: ["websocket"] },
  })),
  inHttp("CONNECT", ({ path: _, ...http }) => ({ ...http, method: "CONNECT" })),
];
