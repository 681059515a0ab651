import type { FilterChain } from "../../model/filter-chain.js";
import type { Request } from "../../model/request.js";
import type { Snapshot } from "../../model/snapshot.js";
import type { Surroundings } from "../../witness/criterion.js";
import type { ChangedNames } from "./changed-names.js";
import { mentions, printOf } from "./mentions.js";
import { TrafficSide } from "./traffic-side.js";

/** Both snapshots, and what of them is the same. */
export class BothSides {
  readonly old: TrafficSide;
  readonly now: TrafficSide;
  readonly #prints = new WeakMap<object, string>();

  constructor(
    old: Snapshot,
    now: Snapshot,
    readonly changed: ChangedNames,
  ) {
    this.old = new TrafficSide(old);
    this.now = new TrafficSide(now);
  }

  /** May any request be treated otherwise? */
  get everything(): boolean {
    return this.changed.environment.length > 0;
  }

  /** A text that two values share when they say the same. */
  print(value: object): string {
    let print = this.#prints.get(value);
    if (print === undefined) {
      print = printOf(value);
      this.#prints.set(value, print);
    }
    return print;
  }

  /** Do two parts of them say the same, or are there none? */
  isSame(one: object | null | undefined, other: object | null | undefined): boolean {
    if (one == null || other == null) return one === other;
    return this.print(one) === this.print(other);
  }

  /** Does it name a cluster or a discovered configuration that has changed? */
  namesChanged(value: unknown): boolean {
    const { clusters, extensions } = this.changed;
    return (clusters.size > 0 || extensions.size > 0) && mentions(value, (text) => clusters.has(text) || extensions.has(text));
  }

  /** Does it lead to something that has changed? */
  isTouched(value: object): boolean {
    const { clusters, scopes, touchedRoutes } = this.changed;
    return (
      this.namesChanged(value) ||
      (touchedRoutes.size > 0 && mentions(value, (text) => touchedRoutes.has(text))) ||
      ((scopes || touchedRoutes.size > 0) && "scoped_routes" in value) ||
      mentions(value, (text) => (scopes && text === "scoped_routes") || (clusters.size > 0 && text.endsWith("sni_cluster")))
    );
  }

  /** What is fixed for the requests of a connection that a filter chain takes. */
  surroundings(request: Request, chain: FilterChain | null, side: TrafficSide): Surroundings {
    const overTls = request.tls !== undefined && chain?.message.transport_socket !== undefined;
    const { behaviour, runtime } = side.context;
    return { behaviour, runtime, scheme: overTls ? "https" : "http", certified: overTls && request.tls?.clientCertificate !== undefined };
  }
}
