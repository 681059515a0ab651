import type { VirtualHost } from "../generated/messages.js";
import type { HeaderBehaviour } from "../match/header.js";
import { matchHeader } from "../match/header.js";
import type { RequestHeaders } from "../match/request-headers.js";
import { allOf, matched, type Verdict } from "../match/verdict.js";
import { placeOf } from "../model/proto-json.js";

/** The virtual cluster of requests that none of a virtual host's virtual clusters takes. */
const catchAll = "other";

/**
 * The virtual cluster under which Envoy counts a request: the first whose headers all match, else `other`; null where the virtual host
 * has none. A verdict is given where a matcher before the first certain match can't be decided.
 */
export function chooseVirtualCluster(
  virtualHost: VirtualHost,
  headers: RequestHeaders,
  behaviour: HeaderBehaviour,
): string | null | Extract<Verdict, { readonly outcome: "undecided" }> {
  const clusters = virtualHost.virtual_clusters ?? [];
  if (clusters.length === 0) return null;
  for (const cluster of clusters) {
    const matchers = cluster.headers ?? [];
    const verdict = allOf(
      matchers.map((matcher) => matchHeader(matcher, headers, behaviour)),
      () => matched("", placeOf(cluster)),
    );
    if (verdict.outcome === "undecided") return verdict;
    if (verdict.outcome === "match") return cluster.name ?? "";
  }
  return catchAll;
}
