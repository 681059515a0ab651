import type { HttpFilter } from "../../model/filter-chain.js";
import { type Any, messageNameOf } from "../../model/proto-json.js";
import type { Request } from "../../model/request.js";
import type { RouteConfiguration } from "../../model/route-configuration.js";
import type { BothSides } from "./both-sides.js";
import { asksAboutRequests, leavesRequestsOpen, protocolVariations } from "./filter-conditions.js";
import { mentions, printOf } from "./mentions.js";
import type { Manager, TrafficSide } from "./traffic-side.js";
import type { Variation } from "./variation.js";

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

/** Compares the HTTP connection managers that take a request on both sides; null: none does. */
export class ManagerComparison {
  readonly #both: BothSides;
  readonly #settings = new WeakMap<Manager, string>();

  constructor(both: BothSides) {
    this.#both = both;
  }

  /** Have two route configurations of different names most of their virtual hosts in common? */
  areAlike(old: RouteConfiguration | null, now: RouteConfiguration | null): boolean {
    if (old === null || now === null || old.name === now.name) return true;
    const names = new Set(old.virtualHosts.map(({ name }) => name));
    const both = now.virtualHosts.filter(({ name }) => names.has(name)).length;
    return 2 * both >= Math.max(names.size, now.virtualHosts.length);
  }

  /** Have they the same HTTP filters, told the same by discovery? */
  sameFilters(old: Manager | null, now: Manager | null): boolean {
    const filters = old?.manager.http_filters ?? [];
    if (!this.#both.isSame(filters, now?.manager.http_filters ?? [])) return false;
    return this.#both.changed.extensions.size === 0 || !mentions(filters, (text) => this.#both.changed.extensions.has(text));
  }

  /** Do they say the same beside their routes and their filters? */
  sameSettings(old: Manager | null, now: Manager | null): boolean {
    return old === now || this.settingsOf(old) === this.settingsOf(now);
  }

  /** Do they take the same hosts and paths to their routes? */
  sameRouting(old: Manager | null, now: Manager | null): boolean {
    if (old === now || this.sameSettings(old, now)) return true;
    const routing = (manager: Manager | null): string => {
      if (manager === null) return "";
      const { max_headers_count: _, ...common } = manager.manager.common_http_protocol_options ?? {};
      return printOf({ common, ...manager.manager, common_http_protocol_options: {} }, withoutRouting);
    };
    return routing(old) === routing(now);
  }

  /** What a connection manager says beside its routes and its filters. */
  settingsOf(manager: Manager | null): string {
    if (manager === null) return "";
    let settings = this.#settings.get(manager);
    if (settings === undefined) {
      settings = printOf(manager.manager, ["route_config", "rds", "scoped_routes", "http_filters"]);
      this.#settings.set(manager, settings);
    }
    return settings;
  }

  /** Is there a filter on one side alone whose rules ask about requests? */
  filtersDecide(request: Request, old: Manager | null, now: Manager | null): boolean {
    return asksAboutRequests(this.loneConfigs(old, now), this.#both.surroundings(request, null, this.#both.now));
  }

  /** The configurations of filters that one side alone has so. */
  loneConfigs(old: Manager | null, now: Manager | null): readonly Any[] {
    const [olds, news] = [this.filterConfigs(old, this.#both.old), this.filterConfigs(now, this.#both.now)];
    const [oldPrints, newPrints] = [olds, news].map((configs) => new Set(configs.map((config) => this.#both.print(config))));
    return [
      ...olds.filter((config) => newPrints?.has(this.#both.print(config)) !== true),
      ...news.filter((config) => oldPrints?.has(this.#both.print(config)) !== true),
    ];
  }

  /** The configurations of a connection manager's HTTP filters. */
  filterConfigs(manager: Manager | null, side: TrafficSide): readonly Any[] {
    return this.filtersOf(manager, side).flatMap(({ config }) => config ?? []);
  }

  /** The filters whose configuration is on one side alone, or all where only their order differs, that decide by more than dump and request. */
  openFilters(old: Manager | null, now: Manager | null): readonly string[] {
    const [olds, news] = [this.filtersOf(old, this.#both.old), this.filtersOf(now, this.#both.now)];
    const [oldPrints, newPrints] = [olds, news].map((filters) => new Set(filters.map((filter) => printOfFilter(filter))));
    const own = [
      ...olds.filter((filter) => newPrints?.has(printOfFilter(filter)) !== true),
      ...news.filter((filter) => oldPrints?.has(printOfFilter(filter)) !== true),
    ];
    return (own.length === 0 ? news : own).filter(leavesRequestsOpen).map(({ name }) => name);
  }

  /** A connection manager's HTTP filters with what they are told by discovery. */
  filtersOf(manager: Manager | null, { context }: TrafficSide): readonly HttpFilter[] {
    return (manager?.httpFilters ?? []).map((filter) => {
      const config = filter.discoveredAs === null ? filter.config : (context.configuration.extension(filter.discoveredAs) ?? filter.config);
      return { ...filter, config, type: config === null ? null : messageNameOf(config) };
    });
  }

  /** The settings of two connection managers that are not the same, as both have them. */
  differingSettings(old: Manager | null, now: Manager | null): readonly unknown[] {
    const [was, is] = [old, now].map(
      (manager) => new Map(Object.entries(manager?.manager ?? {}).map(([field, value]) => [field, printOf(value)])),
    );
    const fields = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].filter((field) => !isRoute.has(field));
    return fields.flatMap((field) => (was?.get(field) === is?.get(field) ? [] : [[field, was?.get(field), is?.get(field)]]));
  }

  /** Requests that what they refuse or change by their settings tells apart. */
  protocols(old: Manager | null, now: Manager | null): readonly Variation[] {
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
}

const printOfFilter = ({ name, config, disabled }: HttpFilter): string => printOf([name, config, disabled]);
