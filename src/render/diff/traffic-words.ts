import type { TrafficCase, TrafficClass, TrafficDifference, WitnessExplanation } from "../../diff/traffic/traffic-difference.js";
import { countOf } from "../../util/text.js";
import { share } from "../explanation/verdict.js";

/**
 * What a diff does to traffic in one sentence, without its full stop: `2 classes of requests are routed differently`.
 *
 * @param partly some of it was not compared at all
 */
export function describeTraffic({ classes, exact }: TrafficDifference, partly: boolean): string {
  if (classes.length > 0)
    return `${countOf(classes.length, "class", "classes")} of requests ${classes.length === 1 ? "is" : "are"} routed differently`;
  if (exact) return "No request is routed differently";
  return `No request was found that is routed differently; ${partly ? "not all traffic was compared" : "some were only sampled"}`;
}

/** In how many of several proxies: ` (in 2 proxies)`. */
export const inProxies = ({ proxies }: { readonly proxies?: readonly string[] }): string =>
  proxies === undefined ? "" : ` (in ${countOf(proxies.length, "proxy", "proxies")})`;

export interface EffectWords {
  readonly before: string;
  readonly after: string;
}

/** Of more different ones than that, the others are counted. */
const mostEnds = 2;

/** What becomes of the requests of a class, before and after: of several cases what they share, without the names of clusters where those differ. */
export function describeEffect({ cases, ...first }: TrafficClass): EffectWords {
  const all = cases ?? [first];
  const exact = all.map((each) => describeCase(each));
  const general = all.map((each) => describeCase(each, true));
  const words = (side: "before" | "after"): string => {
    const [own, shared] = [exact, general].map((effects) => [...new Set(effects.map((each) => each[side]))]);
    const ends = (own?.length === 1 ? own : shared) ?? [];
    const rest = ends.length - mostEnds;
    return rest > 0 ? `${ends.slice(0, mostEnds).join(", ")} or ${countOf(rest, "other end", "other ends")}` : ends.join(" or ");
  };
  return { before: words("before"), after: words("after") };
}

/**
 * What becomes of the requests of one case: where both sides have the same outcome, what differs.
 *
 * @param general without the names of clusters
 */
export function describeCase({ before, after }: Pick<TrafficCase, "before" | "after">, general = false): EffectWords {
  const [was, is] = [outcomeWords(before, general), outcomeWords(after, general)];
  if (was !== is) return { before: was, after: is };
  // All that HTTP has beside TCP goes without saying.
  const forwarded = before.outcome === "forward" && after.outcome === "forward";
  if (forwarded && (before.virtualHost === null) !== (after.virtualHost === null))
    return { before: protocolWords(before), after: protocolWords(after) };
  const [first, second] = [settings(before), settings(after)];
  const differing = first.flatMap((setting, index) => {
    const other = second[index] ?? setting;
    return setting.value === other.value ? [] : [{ name: setting.name, before: setting.value, after: other.value }];
  });
  if (differing.length === 0) return general ? describeCase({ before, after }) : { before: was, after: is };
  const modes = [before.tls?.mode, after.tls?.mode];
  const words = (side: "before" | "after") =>
    differing
      .map(({ name, ...each }) =>
        general && name === "TLS" && modes[0] !== modes[1] ? `TLS ${modes[side === "before" ? 0 : 1] ?? "none"}` : `${name} ${each[side]}`,
      )
      .join(", ");
  return { before: words("before"), after: words("after") };
}

function protocolWords({ virtualHost, route, cause }: WitnessExplanation): string {
  const way =
    virtualHost === null ? "as TCP" : `as HTTP, virtual host ${virtualHost.name}, route ${route === null ? "none" : routeWords(route)}`;
  return cause === null ? way : `${way} (${cause.code})`;
}

const routeWords = ({ name, index }: NonNullable<WitnessExplanation["route"]>): string => name ?? `#${index}`;

/** In the order in which a reader cares. */
function settings({
  virtualHost,
  route,
  timeout,
  retry,
  tls,
  rewrite,
  mirrors,
  cause,
  response,
  uncertain,
}: WitnessExplanation): readonly { readonly name: string; readonly value: string }[] {
  return [
    { name: "timeout", value: timeout === null ? "none" : timeout.route },
    { name: "idle timeout", value: timeout?.idle ?? "none" },
    { name: "retries", value: retry === null ? "none" : `${retry.attempts} on ${retry.on.join(", ")}` },
    {
      name: "TLS",
      value:
        tls === null
          ? "none"
          : [
              tls.mode,
              ...(tls.sni === null ? [] : [`SNI ${tls.sni}`]),
              ...(tls.alpn.length === 0 ? [] : [`ALPN ${tls.alpn.join(", ")}`]),
            ].join(" "),
    },
    { name: "rewritten to", value: rewrite === null ? "nothing" : `${rewrite.authority ?? ""}${rewrite.path ?? ""}` },
    { name: "mirrored to", value: mirrors.length === 0 ? "nobody" : mirrors.map(({ name }) => name).join(", ") },
    { name: "location", value: response?.location ?? "none" },
    { name: "flags", value: response === null || response.flags.length === 0 ? "none" : response.flags.join(", ") },
    { name: "cause", value: cause?.code ?? "none" },
    { name: "virtual host", value: virtualHost?.name ?? "none" },
    { name: "route", value: route === null ? "none" : routeWords(route) },
    { name: "left open", value: uncertain.length === 0 ? "nothing" : uncertain.map(({ message }) => message).join("; ") },
  ];
}

/** `outbound|9080|v1|reviews 90 %, … 10 %`, `404 route_not_found`, `closed`. */
function outcomeWords({ outcome, clusters, response, cause }: WitnessExplanation, general: boolean): string {
  const total = clusters.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  const each = clusters.map(({ name, weight }) => (weight === null || total === 0 ? name : `${name} ${share(weight, total)}`));
  const named = general ? "" : each.join(", ");
  const status = [response?.status, response?.details].filter((part) => part != null).join(" ");
  switch (outcome) {
    case "forward":
      return named === "" ? "forwarded" : named;
    case "redirect":
      return `redirect ${response?.status ?? ""} to ${response?.location ?? "nowhere"}`;
    case "direct_response":
      return `direct response ${response?.status ?? ""}`;
    case "rejected":
      return `rejected ${status}`;
    case "closed":
      return `closed${cause === null ? "" : ` (${endWords(cause.code, response?.details)})`}${named === "" ? "" : `, ${named}`}`;
    case "waiting":
      return "hangs";
  }
}

/** Of what a codec refuses the details alone say what it is. */
const endWords = (code: string, details: string | null | undefined): string =>
  code === "protocol-error" && details != null ? details : code;
