import type { Request } from "../../model/request.js";
import type { RouteConfiguration, VirtualHost } from "../../model/route-configuration.js";
import { isDeepEqual } from "../../util/deep-equal.js";
import type { BothSides } from "./both-sides.js";
import type { ManagerComparison } from "./compare-managers.js";
import type { HostExplorer } from "./explore-host.js";
import { hostsOf } from "./hosts.js";
import { printOf } from "./mentions.js";
import { type Manager, virtualHostOf } from "./traffic-side.js";
import type { Trials, Tried } from "./trials.js";
import { inHttp, together, type Variation, withAuthority, withHeader } from "./variation.js";

/** More virtual hosts than that which are the same are not looked at, where what is around them differs. */
const mostHosts = 60;

/** Tries requests to the virtual hosts of the route configurations that two connection managers choose. */
export class RouteExplorer {
  readonly #both: BothSides;
  readonly #managers: ManagerComparison;
  readonly #trials: Trials;
  readonly #hosts: HostExplorer;
  readonly #explored = new Set<string>();
  /** By the settings that differ, the variations of a request that show it. */
  readonly #telling = new Map<string, readonly Variation[]>();

  constructor(both: BothSides, managers: ManagerComparison, trials: Trials, hosts: HostExplorer) {
    this.#both = both;
    this.#managers = managers;
    this.#trials = trials;
    this.#hosts = hosts;
  }

  /** Tries requests to each virtual host that they may treat otherwise; once for the same routes, filters and settings. */
  explore(request: Request, old: Manager | null, now: Manager | null, tried: Tried): void {
    const [oldRoutes, newRoutes] = [this.#both.old.routesOf(tried.before, request), this.#both.now.routesOf(tried.after, request)];
    const sameFilters = this.#managers.sameFilters(old, now);
    const sameSettings = this.#managers.sameSettings(old, now);
    const key = JSON.stringify([
      oldRoutes?.at ?? "",
      newRoutes?.at ?? "",
      old === null ? "" : this.#both.print(old.manager.http_filters ?? []),
      now === null ? "" : sameFilters ? "same" : this.#both.print(now.manager.http_filters ?? []),
      [old, now].map((manager) => this.#managers.settingsOf(manager)),
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
    const everything = this.#both.everything || !sameFilters || !sameSettings || settingsOf(oldRoutes) !== settingsOf(newRoutes);
    if (!sameSettings) this.#tryProtocols(request, old, now);
    const table = newRoutes?.name ?? oldRoutes?.name ?? "";
    if (old !== null && now !== null && !this.#managers.sameRouting(old, now))
      this.#trials.sample(`routes ${table}`, "hosts and paths that a connection manager changes before routing were only sampled");
    else if (!sameSettings)
      this.#trials.sample(`routes ${table}`, "what limits and other settings of a connection manager decide was only sampled");
    if (old !== null && now !== null && !sameFilters && this.#managers.filtersDecide(request, old, now))
      this.#trials.sample(`routes ${table}`, "the rules of the HTTP filters that differ were met one by one, and not in all combinations");
    if (!sameFilters) this.#trials.sampleOpenFilters(`routes ${table}`, this.#managers.openFilters(old, now));
    if (!this.#managers.areAlike(oldRoutes, newRoutes)) {
      const hosts = hostsOf([...configurations.flatMap(({ virtualHosts }) => virtualHosts.slice(0, 4))], configurations);
      for (const host of hosts) this.#trials.vary(request, withAuthority(host));
      return;
    }
    const looked = this.#lookedAt(oldRoutes, newRoutes, everything);
    const groups = new Map<string, { readonly hosts: string[]; readonly tried: Tried; readonly request: Request }>();
    const byHeader = configurations.flatMap(({ message }) => message.vhost_header ?? []);
    for (const host of hostsOf(looked, configurations)) {
      const made = byHeader.reduce((one, name) => withHeader(name.toLowerCase(), host).apply(one), withAuthority(host).apply(request));
      const answer = this.#trials.try(made, () => "any path");
      const group = JSON.stringify([answer.before.virtualHost?.at ?? null, answer.after.virtualHost?.at ?? null]);
      const known = groups.get(group);
      if (known === undefined) groups.set(group, { hosts: [host], tried: answer, request: made });
      else known.hosts.push(host);
    }
    this.#trials.vary(
      request,
      inHttp("without authority", ({ authority: _, ...http }) => ({ ...http, version: "http/1.0" })),
    );
    this.#trials.vary(request, withAuthority(""));
    for (const group of groups.values()) {
      if (this.#trials.isOver) return;
      const [oldHost, newHost] = [virtualHostOf(oldRoutes, group.tried.before), virtualHostOf(newRoutes, group.tried.after)];
      if (!everything && this.#both.isSame(oldHost?.message, newHost?.message) && !this.#both.namesChanged(oldHost?.message)) continue;
      this.#hosts.explore({
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
    const key = JSON.stringify([this.#managers.differingSettings(old, now), request.tls !== undefined]);
    const known = this.#telling.get(key);
    if (known !== undefined) {
      for (const variation of known) this.#trials.tryVariation(request, variation);
      return;
    }
    const protocols = this.#managers.protocols(old, now);
    this.#telling.set(
      key,
      protocols.filter((variation) => this.#trials.partingOf(this.#trials.tryVariation(request, variation)) !== null),
    );
    for (const [index, one] of protocols.entries()) {
      for (const other of protocols.slice(index + 1)) this.#trials.tryVariation(request, together(one, other));
    }
  }

  /** The virtual hosts that differ or whose clusters do; all, where something else of all of them differs. */
  #lookedAt(old: RouteConfiguration | null, now: RouteConfiguration | null, everything: boolean): readonly VirtualHost[] {
    const [olds, news] = [old?.virtualHosts ?? [], now?.virtualHosts ?? []];
    const twins = new Map(olds.map((host) => [host.name, host]));
    const alike = new Set(
      news.flatMap((host) => {
        const twin = twins.get(host.name);
        return twin !== undefined && isDeepEqual(twin.message, host.message) && !this.#both.namesChanged(host.message) ? [twin, host] : [];
      }),
    );
    const [restOfOld, restOfNew] = [olds, news].map((hosts) => hosts.filter((host) => !alike.has(host)));
    const prints = (hosts: readonly VirtualHost[] = []) => new Set(hosts.map(({ message }) => this.#both.print(message)));
    const [oldPrints, newPrints] = [prints(restOfOld), prints(restOfNew)];
    const touched = [
      ...(restOfOld ?? []).filter(({ message }) => !newPrints.has(this.#both.print(message)) || this.#both.namesChanged(message)),
      ...(restOfNew ?? []).filter(({ message }) => !oldPrints.has(this.#both.print(message)) || this.#both.namesChanged(message)),
    ];
    if (!everything) return touched;
    const looked = new Set(touched);
    const others = news.filter((virtualHost) => !looked.has(virtualHost));
    if (others.length > mostHosts)
      this.#trials.sample(`route configuration ${now?.name ?? ""}`, `${mostHosts} of ${others.length} virtual hosts were tried`);
    return [...touched, ...others.slice(0, mostHosts)];
  }
}
