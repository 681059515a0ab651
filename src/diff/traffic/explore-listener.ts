import type { Explanation } from "../../explain/explanation.js";
import type { FilterChain } from "../../model/filter-chain.js";
import type { Listener } from "../../model/listener.js";
import { placeOf } from "../../model/proto-json.js";
import type { Request } from "../../model/request.js";
import type { BothSides } from "./both-sides.js";
import { describeConnection } from "./class-words.js";
import { clusterChoices } from "./cluster-choices.js";
import { connectionsTo, type Doors, type ListenerPair, readsProxyHeader } from "./connections.js";
import type { RouteExplorer } from "./explore-routes.js";
import { asksAboutRequests, conditionsOf } from "./filter-conditions.js";
import { mentions } from "./mentions.js";
import type { Trials, Tried } from "./trials.js";
import { withHeader, withIdentity } from "./variation.js";

/** Tries connections to a listener, and what its filter chains do with them. */
export class ListenerExplorer {
  readonly #both: BothSides;
  readonly #trials: Trials;
  readonly #routes: RouteExplorer;
  readonly #doors: Doors;

  constructor(both: BothSides, trials: Trials, routes: RouteExplorer) {
    this.#both = both;
    this.#trials = trials;
    this.#routes = routes;
    const sides = [both.old, both.now];
    this.#doors = {
      isGateway: sides.some(({ context }) => context.isGateway),
      readsProxyHeader: sides.some(({ listeners }) => listeners.some(readsProxyHeader)),
    };
  }

  /** Tries every connection that tells the listener's filter chains apart, and where that leads. */
  explore(pair: ListenerPair): void {
    const seen = new Set<string>();
    const others = new Set<Listener>();
    for (const tried of this.#tryConnections(pair, [], seen)) {
      for (const listener of [this.#both.old.listenerOf(tried.before), this.#both.now.listenerOf(tried.after)]) {
        if (listener !== null && !pair.sides.includes(listener)) others.add(listener);
      }
    }
    // Where connections come to other listeners too, those listeners' own criteria tell them further apart.
    if (others.size > 0 && this.#both.changed.listeners.has(pair.name)) for (const _ of this.#tryConnections(pair, [...others], seen));
  }

  *#tryConnections(pair: ListenerPair, others: readonly Listener[], seen: Set<string>): Generator<Tried> {
    const { requests, all } = connectionsTo(pair, others, this.#doors);
    if (!all) this.#trials.sample(`listener ${pair.name}`, "not every combination of its filter chains' criteria was tried");
    for (const request of requests) {
      if (this.#trials.isOver) return;
      const tried = this.#trials.try(request, () => describeConnection(request));
      yield tried;
      const [old, now] = [this.#both.old.chainOf(tried.before), this.#both.now.chainOf(tried.after)];
      const arrival = (explanation: Explanation) => [
        explanation.listener?.at,
        explanation.filterChain?.index,
        explanation.filterChain?.default,
      ];
      const key = JSON.stringify([arrival(tried.before), arrival(tried.after), request.tls !== undefined, request.http?.version ?? ""]);
      if (seen.has(key)) continue;
      seen.add(key);
      const same = old !== null && now !== null && this.#both.isSame(old.message, now.message) && !this.#both.everything;
      if (same && !this.#both.isTouched(old.message)) continue;
      this.#exploreChains(request, old, now, tried);
      if (request.tls?.clientCertificate !== undefined) {
        const anonymous = withIdentity("").apply(request);
        this.#exploreChains(
          anonymous,
          old,
          now,
          this.#trials.try(anonymous, () => describeConnection(anonymous)),
        );
      }
    }
  }

  #exploreChains(request: Request, old: FilterChain | null, now: FilterChain | null, tried: Tried): void {
    const surroundings = this.#both.surroundings(request, now ?? old, this.#both.now);
    const configs = [old, now].flatMap((chain) => chain?.filters.flatMap(({ config }) => config ?? []) ?? []);
    const differ = !this.#both.isSame(old?.message.filters, now?.message.filters);
    if (differ) {
      for (const variation of conditionsOf(configs, surroundings)) this.#trials.vary(request, variation);
      const own = configs.filter((config) => !("http_filters" in config));
      const places = new Set(own.map((config) => placeOf(config)));
      if ([tried.before, tried.after].some(({ uncertain }) => uncertain.some(({ at }) => places.has(at))))
        this.#trials.sample(
          `listener ${tried.after.listener?.name ?? tried.before.listener?.name ?? ""}`,
          "what its network filters do is not decided by the dumps",
        );
      if (asksAboutRequests(own, surroundings))
        this.#trials.sample(
          `listener ${tried.after.listener?.name ?? tried.before.listener?.name ?? ""}`,
          "the rules of its network filters were met one by one, and not in all combinations",
        );
    }
    for (const variation of clusterChoices(
      [old, now].flatMap(
        (chain) =>
          chain?.filters.map(({ terminal }) => (terminal?.kind === "tcp_proxy" ? terminal.proxy.weighted_clusters?.clusters : undefined)) ??
          [],
      ),
    )) {
      this.#trials.vary(request, variation);
    }
    for (const sni of request.tls === undefined ? [] : [...this.#both.changed.clusters].slice(0, 50)) {
      if ([old, now].some((chain) => mentions(chain?.message.filters, (text) => text.endsWith("sni_cluster"))))
        this.#trials.vary(request, { words: `SNI ${sni}`, apply: (made) => ({ ...made, tls: { ...made.tls, sni } }) });
    }
    if (request.http !== undefined) this.#exploreManagers(request, tried);
  }

  /** The requests that an HTTP connection manager takes on one side or both. */
  #exploreManagers(request: Request, tried: Tried): void {
    const [old, now] = [this.#both.old.managerOf(tried.before), this.#both.now.managerOf(tried.after)];
    // Beside a side without a connection manager, all that a manager may say is one class.
    if (old === null || now === null) return;
    const scopes = [old, now].flatMap((manager) => (manager?.routes.kind === "scoped" ? [manager.routes] : []));
    const [scoped] = scopes;
    if (scoped === undefined) {
      this.#routes.explore(request, old, now, tried);
      return;
    }
    const names = (scoped.routes.scope_key_builder?.fragments ?? []).flatMap(({ header_value_extractor: extractor }) =>
      extractor === undefined ? [] : [extractor],
    );
    const delivered = [this.#both.old, this.#both.now].flatMap(({ context }) => context.configuration.scopes);
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
      this.#routes.explore(
        made,
        old,
        now,
        this.#trials.try(made, () => describeConnection(made)),
      );
    }
  }
}
