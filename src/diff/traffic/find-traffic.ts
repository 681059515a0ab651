import { explain } from "../../explain/explain-request.js";
import type { Explanation } from "../../explain/explanation.js";
import type { FilterChain, HttpFilter } from "../../model/filter-chain.js";
import type { Listener } from "../../model/listener.js";
import { type Any, messageNameOf, placeOf } from "../../model/proto-json.js";
import type { Request } from "../../model/request.js";
import type { Route, RouteConfiguration, VirtualHost } from "../../model/route-configuration.js";
import type { Snapshot } from "../../model/snapshot.js";
import { isDeepEqual } from "../../util/deep-equal.js";
import { type Criterion, candidatesOf, criteriaOf, headerDimension, type Shown, type Surroundings } from "../../witness/criterion.js";
import { findRequests } from "../../witness/find-request.js";
import { makeRequest } from "../../witness/make-request.js";
import { pathCandidates } from "../../witness/path-candidates.js";
import { shadowedRoutes } from "../../witness/shadowed-routes.js";
import type { ResourcePair } from "../match-resources.js";
import { type ChangedNames, changedNames } from "./changed-names.js";
import { describeBoth, describeConnection, describePlace } from "./class-words.js";
import { connectionsTo, type ListenerPair } from "./connections.js";
import { type Parting, partingOf } from "./difference-key.js";
import {
  asksAboutRequests,
  combinedConditions,
  conditionsOf,
  leavesRequestsOpen,
  ofCors,
  protocolVariations,
} from "./filter-conditions.js";
import { hostsOf } from "./hosts.js";
import { type ListedRoute, listedRoutes } from "./listed-routes.js";
import { mentions, printOf } from "./mentions.js";
import { narrowSnapshots } from "./narrow-snapshots.js";
import { type RoutePair, routePairs } from "./route-pairs.js";
import type { DeadRoute, RevivedRoute } from "./traffic-difference.js";
import { type Manager, TrafficSide, virtualHostOf } from "./traffic-side.js";
import { inHttp, together, type Variation, withAuthority, withHeader, withIdentity, withoutRandom, withRandom } from "./variation.js";

/** A class as it was found: one witness, and by what it is known. */
export interface FoundClass {
  readonly parting: Parting;
  /** Where such requests go, first found first: virtual hosts, listeners, a cluster. */
  readonly places: readonly string[];
  /** What such a request shows beside that. */
  readonly condition: string;
  readonly witness: Request;
  readonly before: Explanation;
  readonly after: Explanation;
}

export interface FoundTraffic {
  readonly classes: readonly FoundClass[];
  readonly unreachable: readonly DeadRoute[];
  readonly revived: readonly RevivedRoute[];
  /** What was only sampled, one sentence each; none: everything was split exactly. */
  readonly sampled: readonly string[];
}

/** What both sides make of one request. */
interface Tried {
  readonly before: Explanation;
  readonly after: Explanation;
}

/** Requests that are tried before the comparison ends. */
const mostTried = 40_000;
/** What a connection manager says of its routes and filters. */
const isRoute: ReadonlySet<string> = new Set([
  "route_config",
  "rds",
  "scoped_routes",
  "http_filters",
  "stat_prefix",
  "access_log",
  "tracing",
]);
/** Settings of a connection manager that have no bearing on the route that a request takes. */
const withoutRouting: readonly string[] = [
  ...["route_config", "rds", "scoped_routes", "http_filters", "max_request_headers_kb", "stream_idle_timeout", "request_timeout"],
  ...["request_headers_timeout", "drain_timeout", "delayed_close_timeout", "local_reply_config", "upgrade_configs", "server_name", "via"],
  "http2_protocol_options",
];
const mostHosts = 60;
/** Places of one class that are kept. */
const mostPlaces = 1_000;
/** Requests of one kind of answer to which the conditions of changed filters are applied. */
const mostOfOneKind = 3;
const mostPairs = 4_000;

/**
 * Looks for every class of requests that two snapshots treat differently. Only what differs is looked at, and what leads to it; there
 * requests are made to order for each decision that OLD and NEW may take differently, and explained on both sides.
 */
export function findTraffic(old: Snapshot, now: Snapshot, differing: readonly ResourcePair[]): FoundTraffic {
  const changed = changedNames(old, now, differing);
  const [before, after] = narrowSnapshots(old, now, changed);
  return new TrafficComparison(before, after, changed).run();
}

/** Says how two explanations of one request, by the two snapshots, part. */
export function partingBetween(
  old: Snapshot,
  now: Snapshot,
  differing: readonly ResourcePair[],
): (before: Explanation, after: Explanation) => Parting | null {
  const comparison = new TrafficComparison(old, now, changedNames(old, now, differing));
  return (before, after) => comparison.partingOf({ before, after });
}

class TrafficComparison {
  readonly #old: TrafficSide;
  readonly #new: TrafficSide;
  readonly #changed: ChangedNames;
  readonly #found = new Map<string, FoundClass>();
  /** By the reason, where. */
  readonly #sampled = new Map<string, Set<string>>();
  readonly #unreachable = new Map<string, DeadRoute>();
  readonly #revived = new Map<string, RevivedRoute>();
  readonly #explored = new Set<string>();
  readonly #prints = new WeakMap<object, string>();
  readonly #settings = new WeakMap<Manager, string>();
  /** By the settings that differ, the variations of a request that show it. */
  readonly #telling = new Map<string, readonly Variation[]>();
  readonly #kinds = new Map<string, number>();
  #tried = 0;

  constructor(old: Snapshot, now: Snapshot, changed: ChangedNames) {
    this.#old = new TrafficSide(old);
    this.#new = new TrafficSide(now);
    this.#changed = changed;
  }

  run(): FoundTraffic {
    for (const reason of this.#changed.environment)
      this.#sample("", `${reason} differs, which may decide about any request; requests are only sampled`);
    for (const pair of this.#touchedListeners()) {
      if (this.#tried > mostTried) {
        this.#sample("", "more is changed than can be looked at; the rest is left out");
        break;
      }
      this.#exploreListener(pair);
    }
    return {
      classes: [...this.#found.values()],
      unreachable: [...this.#unreachable.values()],
      revived: [...this.#revived.values()],
      sampled: [...this.#sampled].map(([reason, subjects]) =>
        sentenceOf(
          [...subjects].filter((subject) => subject !== ""),
          reason,
        ),
      ),
    };
  }

  /** @param subject where; "" for everywhere */
  #sample(subject: string, reason: string): void {
    const subjects = this.#sampled.get(reason);
    if (subjects === undefined) this.#sampled.set(reason, new Set([subject]));
    else subjects.add(subject);
  }

  get #everything(): boolean {
    return this.#changed.environment.length > 0;
  }

  #print(value: object): string {
    let print = this.#prints.get(value);
    if (print === undefined) {
      print = printOf(value);
      this.#prints.set(value, print);
    }
    return print;
  }

  #isSame(one: object | null | undefined, other: object | null | undefined): boolean {
    if (one == null || other == null) return one === other;
    return this.#print(one) === this.#print(other);
  }

  /** Does it name a cluster or a discovered configuration that has changed? */
  #namesChanged(value: unknown): boolean {
    const { clusters, extensions } = this.#changed;
    return (clusters.size > 0 || extensions.size > 0) && mentions(value, (text) => clusters.has(text) || extensions.has(text));
  }

  *#touchedListeners(): Generator<ListenerPair> {
    const pairs = new Map<string, Listener[]>();
    for (const listener of [...this.#old.listeners, ...this.#new.listeners]) {
      const sides = pairs.get(listener.name);
      if (sides === undefined) pairs.set(listener.name, [listener]);
      else sides.push(listener);
    }
    const handsOnOtherwise = [...pairs].some(([name, sides]) => this.#changed.listeners.has(name) && this.#handsOnOtherwise(sides));
    for (const [name, sides] of pairs) {
      const touched =
        this.#everything ||
        handsOnOtherwise ||
        this.#changed.listeners.has(name) ||
        sides.some((listener) => this.#isTouched(listener.message));
      if (touched)
        yield {
          name,
          sides,
          brief: !this.#everything && !this.#changed.listeners.has(name) && !sides.some((listener) => this.#isTouched(listener.message)),
        };
    }
  }

  /** Does a listener that hands connections on to others take them, or see their addresses, otherwise than before? */
  #handsOnOtherwise(sides: readonly Listener[]): boolean {
    if (!sides.some(({ useOriginalDst }) => useOriginalDst)) return false;
    const [old, now] = sides.map(({ message }) => printOf(message, ["filter_chains", "default_filter_chain", "filter_chain_matcher"]));
    return old !== now;
  }

  /** Does it lead to something that has changed? */
  #isTouched(value: object): boolean {
    const { clusters, scopes, touchedRoutes } = this.#changed;
    return (
      this.#namesChanged(value) ||
      (touchedRoutes.size > 0 && mentions(value, (text) => touchedRoutes.has(text))) ||
      ((scopes || touchedRoutes.size > 0) && "scoped_routes" in value) ||
      mentions(value, (text) => (scopes && text === "scoped_routes") || (clusters.size > 0 && text.endsWith("sni_cluster")))
    );
  }

  /** Explains a request on both sides and notes a difference. */
  #try(request: Request, condition: () => string): Tried {
    this.#tried++;
    const tried = { before: explain(this.#old.snapshot, request), after: explain(this.#new.snapshot, request) };
    const parting = this.partingOf(tried);
    if (parting === null) return tried;
    const place = describePlace(parting, tried);
    const known = this.#found.get(parting.key);
    if (known === undefined) this.#found.set(parting.key, { parting, places: [place], condition: condition(), witness: request, ...tried });
    else if (known.places.length < mostPlaces && !known.places.includes(place)) {
      this.#found.set(parting.key, { ...known, places: [...known.places, place] });
    }
    return tried;
  }

  partingOf({ before, after }: Tried): Parting | null {
    return partingOf(before, after, () => {
      const [old, now] = [this.#old.managerOf(before), this.#new.managerOf(after)];
      const tables = () => [this.#old.routesOf(before, before.request), this.#new.routesOf(after, after.request)] as const;
      const likeTables = before.routeConfiguration?.name === after.routeConfiguration?.name || this.#areAlike(...tables());
      return { sameFilters: this.#sameFilters(old, now), sameManager: this.#sameSettings(old, now), likeTables };
    });
  }

  /** Have two route configurations of different names most of their virtual hosts in common? */
  #areAlike(old: RouteConfiguration | null, now: RouteConfiguration | null): boolean {
    if (old === null || now === null || old.name === now.name) return true;
    const names = new Set(old.virtualHosts.map(({ name }) => name));
    const both = now.virtualHosts.filter(({ name }) => names.has(name)).length;
    return 2 * both >= Math.max(names.size, now.virtualHosts.length);
  }

  #sameFilters(old: Manager | null, now: Manager | null): boolean {
    const filters = old?.manager.http_filters ?? [];
    if (!this.#isSame(filters, now?.manager.http_filters ?? [])) return false;
    return this.#changed.extensions.size === 0 || !mentions(filters, (text) => this.#changed.extensions.has(text));
  }

  #sameSettings(old: Manager | null, now: Manager | null): boolean {
    return old === now || this.#settingsOf(old) === this.#settingsOf(now);
  }

  /** Do they take the same hosts and paths to their routes? */
  #sameRouting(old: Manager | null, now: Manager | null): boolean {
    if (old === now || this.#sameSettings(old, now)) return true;
    const routing = (manager: Manager | null): string => {
      if (manager === null) return "";
      const { max_headers_count: _, ...common } = manager.manager.common_http_protocol_options ?? {};
      return printOf({ common, ...manager.manager, common_http_protocol_options: {} }, withoutRouting);
    };
    return routing(old) === routing(now);
  }

  /** What a connection manager says beside its routes and its filters. */
  #settingsOf(manager: Manager | null): string {
    if (manager === null) return "";
    let settings = this.#settings.get(manager);
    if (settings === undefined) {
      settings = printOf(manager.manager, ["route_config", "rds", "scoped_routes", "http_filters"]);
      this.#settings.set(manager, settings);
    }
    return settings;
  }

  #exploreListener(pair: ListenerPair): void {
    const seen = new Set<string>();
    const others = new Set<Listener>();
    for (const tried of this.#tryConnections(pair, [], seen)) {
      for (const listener of [this.#old.listenerOf(tried.before), this.#new.listenerOf(tried.after)]) {
        if (listener !== null && !pair.sides.includes(listener)) others.add(listener);
      }
    }
    // Where connections come to other listeners too, those listeners' own criteria tell them further apart.
    if (others.size > 0 && this.#changed.listeners.has(pair.name)) for (const _ of this.#tryConnections(pair, [...others], seen));
  }

  *#tryConnections(pair: ListenerPair, others: readonly Listener[], seen: Set<string>): Generator<Tried> {
    const { requests, all } = connectionsTo(pair, others, this.#old.context.isGateway || this.#new.context.isGateway);
    if (!all) this.#sample(`listener ${pair.name}`, "not every combination of its filter chains' criteria was tried");
    for (const request of requests) {
      if (this.#tried > mostTried) return;
      const tried = this.#try(request, () => describeConnection(request));
      yield tried;
      const [old, now] = [this.#old.chainOf(tried.before), this.#new.chainOf(tried.after)];
      const arrival = (explanation: Explanation) => [
        explanation.listener?.at,
        explanation.filterChain?.index,
        explanation.filterChain?.default,
      ];
      const key = JSON.stringify([arrival(tried.before), arrival(tried.after), request.tls !== undefined, request.http?.version ?? ""]);
      if (seen.has(key)) continue;
      seen.add(key);
      const same = old !== null && now !== null && this.#isSame(old.message, now.message) && !this.#everything;
      if (same && !this.#isTouched(old.message)) continue;
      this.#exploreChains(request, old, now, tried);
      if (request.tls?.clientCertificate !== undefined) {
        const anonymous = withIdentity("").apply(request);
        this.#exploreChains(
          anonymous,
          old,
          now,
          this.#try(anonymous, () => describeConnection(anonymous)),
        );
      }
    }
  }

  #surroundings(request: Request, chain: FilterChain | null, side: TrafficSide): Surroundings {
    const overTls = request.tls !== undefined && chain?.message.transport_socket !== undefined;
    const { behaviour, runtime } = side.context;
    return { behaviour, runtime, scheme: overTls ? "https" : "http", certified: overTls && request.tls?.clientCertificate !== undefined };
  }

  #exploreChains(request: Request, old: FilterChain | null, now: FilterChain | null, tried: Tried): void {
    const surroundings = this.#surroundings(request, now ?? old, this.#new);
    const configs = [old, now].flatMap((chain) => chain?.filters.flatMap(({ config }) => config ?? []) ?? []);
    const differ = !this.#isSame(old?.message.filters, now?.message.filters);
    if (differ) {
      for (const variation of conditionsOf(configs, surroundings)) this.#vary(request, variation);
      const own = configs.filter((config) => !("http_filters" in config));
      const places = new Set(own.map((config) => placeOf(config)));
      if ([tried.before, tried.after].some(({ uncertain }) => uncertain.some(({ at }) => places.has(at))))
        this.#sample(
          `listener ${tried.after.listener?.name ?? tried.before.listener?.name ?? ""}`,
          "what its network filters do is not decided by the dumps",
        );
      if (asksAboutRequests(own, surroundings))
        this.#sample(
          `listener ${tried.after.listener?.name ?? tried.before.listener?.name ?? ""}`,
          "the rules of its network filters were met one by one, and not in all combinations",
        );
    }
    for (const variation of this.#clusterChoices(
      [old, now].flatMap(
        (chain) =>
          chain?.filters.map(({ terminal }) => (terminal?.kind === "tcp_proxy" ? terminal.proxy.weighted_clusters?.clusters : undefined)) ??
          [],
      ),
    )) {
      this.#vary(request, variation);
    }
    for (const sni of request.tls === undefined ? [] : [...this.#changed.clusters].slice(0, 50)) {
      if ([old, now].some((chain) => mentions(chain?.message.filters, (text) => text.endsWith("sni_cluster"))))
        this.#vary(request, { words: `SNI ${sni}`, apply: (made) => ({ ...made, tls: { ...made.tls, sni } }) });
    }
    if (request.http !== undefined) this.#exploreManagers(request, tried);
  }

  #vary(request: Request, variation: Variation): Tried {
    const made = variation.apply(request);
    return this.#try(made, () => [describeConnection(made), ...(variation.words === "" ? [] : [variation.words])].join(", "));
  }

  /** The same where it goes without saying to whom. */
  #tryVariation(request: Request, variation: Variation): Tried {
    return this.#try(variation.apply(request), () => variation.words || describeConnection(request));
  }

  /** A draw for each of several weighted clusters. */
  #clusterChoices(lists: readonly (readonly { readonly weight?: number }[] | undefined)[]): readonly Variation[] {
    const draws = new Set<number>();
    for (const list of lists) {
      if (list === undefined || list.length < 2) continue;
      let sum = 0;
      for (const { weight = 0 } of list) {
        draws.add(sum);
        sum += weight;
      }
    }
    return [...draws].map(withRandom);
  }

  /** The requests that an HTTP connection manager takes on one side or both. */
  #exploreManagers(request: Request, tried: Tried): void {
    const [old, now] = [this.#old.managerOf(tried.before), this.#new.managerOf(tried.after)];
    // Beside a side without a connection manager, all that a manager may say is one class.
    if (old === null || now === null) return;
    const scopes = [old, now].flatMap((manager) => (manager?.routes.kind === "scoped" ? [manager.routes] : []));
    const [scoped] = scopes;
    if (scoped === undefined) {
      this.#exploreRoutes(request, old, now, tried);
      return;
    }
    const names = (scoped.routes.scope_key_builder?.fragments ?? []).flatMap(({ header_value_extractor: extractor }) =>
      extractor === undefined ? [] : [extractor],
    );
    const delivered = [this.#old, this.#new].flatMap(({ context }) => context.configuration.scopes);
    const inline = scopes.flatMap(({ routes }) => routes.scoped_route_configurations_list?.scoped_route_configurations ?? []);
    const keys = [...delivered, ...inline].map(({ key }) => (key?.fragments ?? []).map(({ string_key = "" }) => string_key));
    for (const values of new Map([["other"], ...keys].map((key) => [JSON.stringify(key), key])).values()) {
      let made = request;
      for (const [index, extractor] of names.entries()) {
        const value = values[index] ?? "other";
        const element =
          extractor.element === undefined ? value : `${extractor.element.key ?? ""}${extractor.element.separator ?? ""}${value}`;
        made = withHeader((extractor.name ?? "").toLowerCase(), element).apply(made);
      }
      this.#exploreRoutes(
        made,
        old,
        now,
        this.#try(made, () => describeConnection(made)),
      );
    }
  }

  #exploreRoutes(request: Request, old: Manager | null, now: Manager | null, tried: Tried): void {
    const [oldRoutes, newRoutes] = [this.#old.routesOf(tried.before, request), this.#new.routesOf(tried.after, request)];
    const sameFilters = this.#sameFilters(old, now);
    const sameSettings = this.#sameSettings(old, now);
    const key = JSON.stringify([
      oldRoutes?.at ?? "",
      newRoutes?.at ?? "",
      old === null ? "" : this.#print(old.manager.http_filters ?? []),
      now === null ? "" : sameFilters ? "same" : this.#print(now.manager.http_filters ?? []),
      [old, now].map((manager) => this.#settingsOf(manager)),
      request.tls !== undefined,
      request.tls?.clientCertificate !== undefined,
      // A codec may take one version of HTTP alone.
      [tried.before, tried.after].map(({ cause }) => cause?.code === "protocol-error"),
    ]);
    if (this.#explored.has(key)) return;
    this.#explored.add(key);
    const configurations = [oldRoutes, newRoutes].filter((routes) => routes !== null);
    const settingsOf = (routes: RouteConfiguration | null): string =>
      routes === null ? "" : printOf(routes.message, ["virtual_hosts", "name"]);
    const everything = this.#everything || !sameFilters || !sameSettings || settingsOf(oldRoutes) !== settingsOf(newRoutes);
    if (!sameSettings) this.#tryProtocols(request, old, now);
    const table = newRoutes?.name ?? oldRoutes?.name ?? "";
    if (old !== null && now !== null && !this.#sameRouting(old, now))
      this.#sample(`routes ${table}`, "hosts and paths that a connection manager changes before routing were only sampled");
    else if (!sameSettings)
      this.#sample(`routes ${table}`, "what limits and other settings of a connection manager decide was only sampled");
    if (old !== null && now !== null && !sameFilters && this.#filtersDecide(request, old, now))
      this.#sample(`routes ${table}`, "the rules of the HTTP filters that differ were met one by one, and not in all combinations");
    if (!sameFilters) this.#sampleOpenFilters(`routes ${table}`, this.#openFilters(old, now));
    if (!this.#areAlike(oldRoutes, newRoutes)) {
      const hosts = hostsOf([...configurations.flatMap(({ virtualHosts }) => virtualHosts.slice(0, 4))], configurations);
      for (const host of hosts) this.#vary(request, withAuthority(host));
      return;
    }
    const looked = this.#lookedAt(oldRoutes, newRoutes, everything);
    const groups = new Map<string, { readonly hosts: string[]; readonly tried: Tried; readonly request: Request }>();
    const byHeader = configurations.flatMap(({ message }) => message.vhost_header ?? []);
    for (const host of hostsOf(looked, configurations)) {
      const made = byHeader.reduce((one, name) => withHeader(name.toLowerCase(), host).apply(one), withAuthority(host).apply(request));
      const answer = this.#try(made, () => "any path");
      const group = JSON.stringify([answer.before.virtualHost?.at ?? null, answer.after.virtualHost?.at ?? null]);
      const known = groups.get(group);
      if (known === undefined) groups.set(group, { hosts: [host], tried: answer, request: made });
      else known.hosts.push(host);
    }
    this.#vary(
      request,
      inHttp("without authority", ({ authority: _, ...http }) => ({ ...http, version: "http/1.0" })),
    );
    this.#vary(request, withAuthority(""));
    for (const group of groups.values()) {
      if (this.#tried > mostTried) return;
      const [oldHost, newHost] = [virtualHostOf(oldRoutes, group.tried.before), virtualHostOf(newRoutes, group.tried.after)];
      if (!everything && this.#isSame(oldHost?.message, newHost?.message) && !this.#namesChanged(oldHost?.message)) continue;
      this.#exploreHost({
        request: group.request,
        hosts: group.hosts,
        oldRoutes,
        newRoutes,
        oldHost,
        newHost,
        old,
        now,
        everything: everything || settingsOf(oldRoutes) !== settingsOf(newRoutes),
        sameFilters,
        sameSettings,
        tried: group.tried,
      });
    }
  }

  /**
   * Tries what connection managers refuse or change by their settings, one thing and two at a time. What that comes to is the same wherever
   * the same settings differ; elsewhere only what told a difference is tried again.
   */
  #tryProtocols(request: Request, old: Manager | null, now: Manager | null): void {
    const key = JSON.stringify([this.#differingSettings(old, now), request.tls !== undefined]);
    const known = this.#telling.get(key);
    if (known !== undefined) {
      for (const variation of known) this.#tryVariation(request, variation);
      return;
    }
    const protocols = this.#protocols(old, now);
    this.#telling.set(
      key,
      protocols.filter((variation) => this.partingOf(this.#tryVariation(request, variation)) !== null),
    );
    for (const [index, one] of protocols.entries()) {
      for (const other of protocols.slice(index + 1)) this.#tryVariation(request, together(one, other));
    }
  }

  /** Is there a filter on one side alone whose rules ask about requests? */
  #filtersDecide(request: Request, old: Manager | null, now: Manager | null): boolean {
    return asksAboutRequests(this.#loneConfigs(old, now), this.#surroundings(request, null, this.#new));
  }

  /** The configurations of filters that one side alone has so. */
  #loneConfigs(old: Manager | null, now: Manager | null): readonly Any[] {
    const [olds, news] = [this.#filterConfigs(old, this.#old), this.#filterConfigs(now, this.#new)];
    const [oldPrints, newPrints] = [olds, news].map((configs) => new Set(configs.map((config) => this.#print(config))));
    return [
      ...olds.filter((config) => newPrints?.has(this.#print(config)) !== true),
      ...news.filter((config) => oldPrints?.has(this.#print(config)) !== true),
    ];
  }

  #filterConfigs = (manager: Manager | null, side: TrafficSide): readonly Any[] =>
    this.#filtersOf(manager, side).flatMap(({ config }) => config ?? []);

  /** The filters whose configuration is on one side alone, or all where only their order differs, that decide by more than dump and request. */
  #openFilters(old: Manager | null, now: Manager | null): readonly string[] {
    const [olds, news] = [this.#filtersOf(old, this.#old), this.#filtersOf(now, this.#new)];
    const [oldPrints, newPrints] = [olds, news].map((filters) => new Set(filters.map((filter) => printOfFilter(filter))));
    const own = [
      ...olds.filter((filter) => newPrints?.has(printOfFilter(filter)) !== true),
      ...news.filter((filter) => oldPrints?.has(printOfFilter(filter)) !== true),
    ];
    return (own.length === 0 ? news : own).filter(leavesRequestsOpen).map(({ name }) => name);
  }

  /** A connection manager's HTTP filters with what they are told by discovery. */
  #filtersOf(manager: Manager | null, { context }: TrafficSide): readonly HttpFilter[] {
    return (manager?.httpFilters ?? []).map((filter) => {
      const config = filter.discoveredAs === null ? filter.config : (context.configuration.extension(filter.discoveredAs) ?? filter.config);
      return { ...filter, config, type: config === null ? null : messageNameOf(config) };
    });
  }

  #sampleOpenFilters(subject: string, names: readonly string[]): void {
    for (const name of new Set(names)) this.#sample(subject, `what HTTP filter ${name} does is not decided by the dumps`);
  }

  /** The settings of two connection managers that are not the same, as both have them. */
  #differingSettings(old: Manager | null, now: Manager | null): readonly unknown[] {
    const [was, is] = [old, now].map(
      (manager) => new Map(Object.entries(manager?.manager ?? {}).map(([field, value]) => [field, printOf(value)])),
    );
    const fields = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].filter((field) => !isRoute.has(field));
    return fields.flatMap((field) => (was?.get(field) === is?.get(field) ? [] : [[field, was?.get(field), is?.get(field)]]));
  }

  /** The virtual hosts that differ or whose clusters do; all, where something else of all of them differs. */
  #lookedAt(old: RouteConfiguration | null, now: RouteConfiguration | null, everything: boolean): readonly VirtualHost[] {
    const [olds, news] = [old?.virtualHosts ?? [], now?.virtualHosts ?? []];
    const twins = new Map(olds.map((host) => [host.name, host]));
    const alike = new Set(
      news.flatMap((host) => {
        const twin = twins.get(host.name);
        return twin !== undefined && isDeepEqual(twin.message, host.message) && !this.#namesChanged(host.message) ? [twin, host] : [];
      }),
    );
    const [restOfOld, restOfNew] = [olds, news].map((hosts) => hosts.filter((host) => !alike.has(host)));
    const prints = (hosts: readonly VirtualHost[] = []) => new Set(hosts.map(({ message }) => this.#print(message)));
    const [oldPrints, newPrints] = [prints(restOfOld), prints(restOfNew)];
    const touched = [
      ...(restOfOld ?? []).filter(({ message }) => !newPrints.has(this.#print(message)) || this.#namesChanged(message)),
      ...(restOfNew ?? []).filter(({ message }) => !oldPrints.has(this.#print(message)) || this.#namesChanged(message)),
    ];
    if (!everything) return touched;
    const looked = new Set(touched);
    const others = news.filter((virtualHost) => !looked.has(virtualHost));
    if (others.length > mostHosts)
      this.#sample(`route configuration ${now?.name ?? ""}`, `${mostHosts} of ${others.length} virtual hosts were tried`);
    return [...touched, ...others.slice(0, mostHosts)];
  }

  #exploreHost(view: HostView): void {
    const { request, hosts, oldHost, newHost, oldRoutes, newRoutes, tried } = view;
    const [olds, news] = [listedRoutes(oldHost), listedRoutes(newHost)];
    const matches = [...olds, ...news].map(({ match }) => match);
    const oldSurroundings = this.#surroundings(request, this.#old.chainOf(tried.before), this.#old);
    const newSurroundings = this.#surroundings(request, this.#new.chainOf(tried.after), this.#new);
    const candidates = new Map(candidatesOf(matches, newSurroundings));
    const authority = headerDimension(":authority");
    const named = candidates.get(authority);
    if (named !== undefined) candidates.set(authority, [...hosts.map((host): Shown => [host]), ...named]);
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
      view.everything || !space.sameHost || oldHost?.name !== newHost?.name || this.#namesChanged(listed?.route?.message);
    const print = ({ route, match }: ListedRoute): string =>
      `${route === null ? "" : this.#print(route.message)} ${route?.message.match === match ? "" : printOf(match)}`;
    for (const host of [oldHost, newHost]) {
      if (host?.message.matcher !== undefined) this.#sample(`virtual host ${host.name}`, "what its matcher asks about was only sampled");
    }
    let pairs = 0;
    for (const pair of routePairs(olds, news, print, lookAlike)) {
      if (++pairs > mostPairs || this.#tried > mostTried) {
        this.#sample(`virtual host ${newHost?.name ?? oldHost?.name ?? ""}`, "not every pair of routes was tried");
        break;
      }
      this.#explorePair(view, pair, space);
    }
    if (!this.#isSame(oldHost?.message.routes, newHost?.message.routes) && oldHost !== null && newHost !== null) {
      this.#findDead(oldHost, newHost, oldRoutes, newRoutes, oldSurroundings, newSurroundings);
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
      if (!search.certain) this.#sample(this.#pairWords(view, old, now), "requests that meet both were only sampled");
      return;
    }
    let base: Request | undefined;
    for (const assignment of search.assignments) {
      const made = makeRequest(view.request, assignment);
      const tried = this.#try(made, words);
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
      ...this.#clusterChoices(actions.map(({ weighted_clusters }) => weighted_clusters?.clusters)),
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
      for (const cluster of [...this.#changed.clusters].slice(0, 20)) variations.push(withHeader(name.toLowerCase(), cluster));
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
      const filters = [...this.#filtersOf(view.old, this.#old), ...this.#filtersOf(view.now, this.#new)];
      const open = filters.filter(({ name }) => configured(oldScopes, name) !== configured(newScopes, name)).filter(leavesRequestsOpen);
      this.#sampleOpenFilters(
        this.#pairWords(view, old, now),
        open.map(({ name }) => name),
      );
    }
    const kind = own || view.sameFilters ? 0 : this.#countKind(view, base);
    if (own || (!view.sameFilters && kind <= mostOfOneKind)) {
      const filters = [...this.#filterConfigs(view.old, this.#old), ...this.#filterConfigs(view.now, this.#new)];
      variations.push(...conditionsOf([...filters, ...oldConfigs, ...newConfigs], space.surroundings));
      if (kind === 1) {
        const lone = new Set(this.#loneConfigs(view.old, view.now));
        const others = filters.filter((config) => !lone.has(config));
        variations.push(...combinedConditions([...lone], others, space.surroundings));
      }
    }
    const cors = [old?.message.route?.cors, now?.message.route?.cors, view.oldHost?.message.cors, view.newHost?.message.cors].filter(
      (policy) => policy !== undefined,
    );
    for (const policy of cors) variations.push(...ofCors(policy, space.surroundings));
    if (!space.sameHost || !this.#sameRouting(view.old, view.now) || this.#everything)
      variations.push(...this.#protocols(view.old, view.now));
    if (!this.#isSame(old?.message, now?.message)) {
      variations.push(...ordinaryVariations);
      const matches = [old, now].flatMap((route) => route?.message.match ?? []);
      const patterns = actions.flatMap(({ regex_rewrite, host_rewrite_path_regex }) =>
        [regex_rewrite, host_rewrite_path_regex].flatMap((rewrite) => rewrite?.pattern ?? []),
      );
      const paths = pathCandidates([...matches, ...patterns.map((safe_regex) => ({ safe_regex }))]).slice(0, 24);
      variations.push(...paths.map((path) => inHttp(`path ${path}`, () => ({ path }))));
      for (const name of actions.flatMap(({ host_rewrite_header }) => host_rewrite_header ?? []))
        variations.push(withHeader(name.toLowerCase(), "other.example"));
      if (patterns.length > 0) this.#sample(this.#pairWords(view, old, now), "paths that a rewriting regex changes were only sampled");
    }
    for (const variation of variations) {
      const made = variation.apply(base);
      this.#try(made, () => [words(), variation.words].join(", "));
    }
  }

  /** How many requests like this one, by how both sides answer it, have been tried with the filters that differ, this one among them? */
  #countKind({ old, now }: HostView, request: Request): number {
    const { before, after } = this.#try(request, () => describeConnection(request));
    const answers = [before, after].map(({ outcome, cause, response, clusters, request: made }) => [
      outcome,
      cause?.code,
      response?.details,
      cause === null ? "" : clusters[0]?.name,
      made.tls === undefined,
    ]);
    const key = JSON.stringify([
      [old, now].map((manager) => manager?.manager.http_filters && this.#print(manager.manager.http_filters)),
      answers,
    ]);
    const count = (this.#kinds.get(key) ?? 0) + 1;
    this.#kinds.set(key, count);
    return count;
  }

  #protocols(old: Manager | null, now: Manager | null): readonly Variation[] {
    const limits = [old, now].flatMap((manager) =>
      manager === null
        ? []
        : [
            {
              headerBytes: (manager.manager.max_request_headers_kb ?? 60) * 1024,
              headerCount: manager.manager.common_http_protocol_options?.max_headers_count ?? 100,
            },
          ],
    );
    return protocolVariations(limits);
  }

  #pairWords({ oldHost, newHost, newRoutes, oldRoutes }: HostView, old: Route | null, now: Route | null): string {
    const named = (route: Route | null): string => (route === null ? "no route" : `route ${route.name ?? `#${route.index}`}`);
    return `routes ${newRoutes?.name ?? oldRoutes?.name ?? ""}, virtual host ${newHost?.name ?? oldHost?.name ?? ""}, ${named(old)} before and ${named(now)} after`;
  }

  /** Routes that died or came alive between two virtual hosts. */
  #findDead(
    oldHost: VirtualHost,
    newHost: VirtualHost,
    oldRoutes: RouteConfiguration | null,
    newRoutes: RouteConfiguration | null,
    before: Surroundings,
    after: Surroundings,
  ): void {
    const print = (route: Route): string => `${route.name ?? ""} ${printOf(route.message.match ?? {})}`;
    const text = (route: Route): string => route.name ?? describeBoth(route.message.match, undefined);
    const [was, is] = [shadowedRoutes(oldHost.routes, before), shadowedRoutes(newHost.routes, after)];
    const [dead, deadNow] = [new Set(was.map(({ route }) => print(route))), new Set(is.map(({ route }) => print(route)))];
    for (const { route, by } of is) {
      if (dead.has(print(route))) continue;
      const entry = { routeConfiguration: newRoutes?.name ?? "", virtualHost: newHost.name, route: text(route), at: route.at };
      this.#unreachable.set(route.at, { ...entry, since: "new", by: by.map(text) });
    }
    for (const route of newHost.routes) {
      if (!dead.has(print(route)) || deadNow.has(print(route))) continue;
      this.#revived.set(route.at, {
        routeConfiguration: oldRoutes?.name ?? "",
        virtualHost: newHost.name,
        route: text(route),
        at: route.at,
        until: "new",
      });
    }
  }
}

/** What a route, or something around it, tells HTTP filters, by their names. */
type FilterScope = Readonly<Record<string, Any>> | undefined;

const configsIn = (scope: FilterScope): readonly Any[] => Object.values(scope ?? {});

const configured = (scopes: readonly FilterScope[], name: string): string =>
  printOf(scopes.map((scope) => (scope !== undefined && Object.hasOwn(scope, name) ? scope[name] : null)));

const printOfFilter = ({ name, config, disabled }: HttpFilter): string => printOf([name, config, disabled]);

/** Of more subjects than that, the others are counted. */
const mostSubjects = 3;

function sentenceOf(subjects: readonly string[], reason: string): string {
  if (subjects.length === 0) return reason;
  const rest = subjects.length - mostSubjects;
  return `${subjects.slice(0, mostSubjects).join("; ")}${rest > 0 ? ` and ${rest} more` : ""}: ${reason}`;
}

/** Both sides' virtual host of some hosts, and the way there. */
interface HostView {
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
