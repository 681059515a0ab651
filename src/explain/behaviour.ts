import { isDeepEqual } from "../util/deep-equal.js";
import type { Json } from "../util/json.js";
import { byCodePoint } from "../util/text.js";
import type { Explanation } from "./explanation.js";

/**
 * What an explanation says of the traffic itself: all by which two proxies may treat a request otherwise, and nothing of where that is
 * written. Plain JSON, so that two of them can be compared.
 */
export interface Behaviour {
  readonly outcome: Explanation["outcome"];
  readonly cause: string | null;
  readonly response: Json;
  readonly virtualHost: string | null;
  /** The route's name, else its match in words. */
  readonly route: string | null;
  /** Names with their weights; their order means nothing. */
  readonly clusters: Json;
  readonly mirrors: Json;
  readonly rewrite: Json;
  readonly tls: Json;
  readonly timeout: Json;
  readonly retry: Json;
  /** Does an RBAC filter deny it, or is that open? null: none denies it. */
  readonly rbac: "denied" | "undecided" | null;
}

export const behaviourFields = [
  ...(["outcome", "cause", "response", "virtualHost", "route", "clusters", "mirrors", "rewrite", "tls", "timeout", "retry"] as const),
  "rbac",
] as const satisfies readonly (keyof Behaviour)[];

/** What of an explanation is the proxy's behaviour. An unnamed route is known by its match, which the explanation's steps have. */
export function behaviourOf(explanation: Explanation): Behaviour {
  const { outcome, cause, response, virtualHost, clusters, mirrors, rewrite, tls, timeout, retry } = explanation;
  return {
    outcome,
    cause: cause?.code ?? null,
    response: response === null ? null : { ...response, flags: response.flags.toSorted(byCodePoint) },
    virtualHost: virtualHost?.name ?? null,
    route: routeText(explanation),
    clusters: clusters.map(({ name, weight }) => `${name} ${weight ?? ""}`).sort(byCodePoint),
    mirrors: mirrors.map(({ name }) => name).sort(byCodePoint),
    rewrite: rewrite === null ? null : { ...rewrite },
    tls: tls === null ? null : { mode: tls.mode, sni: tls.sni, alpn: tls.alpn },
    timeout: timeout === null ? null : { route: timeout.route, idle: timeout.idle },
    retry: retry === null ? null : { on: retry.on.toSorted(byCodePoint), attempts: retry.attempts },
    rbac: rbacVerdict(explanation),
  };
}

/** The fields in which two behaviours differ; none where the request is treated the same. */
export function behaviourDifferences(one: Behaviour, other: Behaviour): readonly (keyof Behaviour)[] {
  return behaviourFields.filter((field) => !isDeepEqual(one[field], other[field]));
}

/** A route's name, else its match in words; null where no route was found. */
export function routeText({ route, why }: Explanation): string | null {
  return route === null ? null : (route.name ?? matchText(route, why));
}

/** What the match of a chosen route says, by the step that chose it; "" where that is open. */
export function matchText(route: NonNullable<Explanation["route"]>, why: Explanation["why"]): string {
  return why.find(({ step, at }) => step === "route" && at === route.at)?.because ?? "";
}

const denial = "rbac_access_denied";

function rbacVerdict({ response, uncertain }: Explanation): Behaviour["rbac"] {
  if (response?.details?.startsWith(denial) === true) return "denied";
  return uncertain.some(({ code, message }) => code === "undecided-match" && message.includes(denial)) ? "undecided" : null;
}
