import type { Explanation } from "../../explain/explanation.js";
import type { Request } from "../../model/request.js";

/** What two config dumps do differently to traffic. */
export interface TrafficDifference {
  /** False: some requests were only sampled; the notes say which. */
  readonly exact: boolean;
  /** Requests that are treated differently, in classes; none: no request is. */
  readonly classes: readonly TrafficClass[];
  /** Routes that some request reached in OLD, or that OLD does not have, and that none reaches in NEW. */
  readonly unreachable: readonly DeadRoute[];
  /** The reverse: routes that no request reached in OLD, and that some reach in NEW. */
  readonly revived: readonly RevivedRoute[];
}

/** Some requests that both dumps treat alike among themselves, and differently from one another. */
export interface TrafficCase {
  /** In words: `virtual host reviews:9080, prefix /v2, header end-user = jason`. */
  readonly description: string;
  /** One of them, complete, ready to be explained. */
  readonly witness: Request;
  readonly before: WitnessExplanation;
  readonly after: WitnessExplanation;
}

/** Requests that a change has one effect on. The witness and what becomes of it are those of the first case. */
export interface TrafficClass extends TrafficCase {
  /** The places and kinds of requests that have it, each with a request of its own; absent where there is one alone. */
  readonly cases?: readonly TrafficCase[];
  /** In which of the proxies, where several are compared; the witness and the pointers are those of the first. */
  readonly proxies?: readonly string[];
}

export type WitnessExplanation = Omit<Explanation, "why">;

/** A route by its names. */
export interface RouteOfHost {
  readonly routeConfiguration: string;
  readonly virtualHost: string;
  /** Its name, else its match in words. */
  readonly route: string;
  readonly at: string;
  /** In which of the proxies, where several are compared; the pointer is that of the first. */
  readonly proxies?: readonly string[];
}

export interface DeadRoute extends RouteOfHost {
  readonly since: "new";
  /** The routes before it that take what it would match. */
  readonly by: readonly string[];
}

export interface RevivedRoute extends RouteOfHost {
  readonly until: "new";
}
