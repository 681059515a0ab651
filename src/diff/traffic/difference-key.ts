import { type Behaviour, behaviourDifferences, behaviourOf, matchText } from "../../explain/behaviour.js";
import type { Explanation } from "../../explain/explanation.js";
import { printOf } from "./mentions.js";

/** Where two explanations of one request part: at the connection, at the route, in what a filter says, at the cluster, or in the route's policies. */
export type PartingKind = "connection" | "route" | "filter" | "cluster" | "policy";

/** How two explanations of one request differ. Requests with one key are one class. */
export interface Parting {
  readonly kind: PartingKind;
  readonly key: string;
  readonly fields: readonly (keyof Behaviour)[];
}

/** What the two sides' connection managers share. */
export interface SharedSettings {
  /** Are the HTTP filters of both the same? What differs then is the route's own. */
  readonly sameFilters: boolean;
  /** Are their other settings the same? */
  readonly sameManager: boolean;
  /** Do their route configurations have anything in common? */
  readonly likeTables: boolean;
}

/** How the explanations of one request by OLD and by NEW part; null where the request is treated the same. */
export function partingOf(before: Explanation, after: Explanation, shared: () => SharedSettings): Parting | null {
  const [was, is] = [behaviourOf(before), behaviourOf(after)];
  const fields = behaviourDifferences(was, is);
  if (fields.length === 0) return null;
  const parting = (kind: PartingKind, ...parts: readonly unknown[]): Parting => ({ kind, key: JSON.stringify([kind, ...parts]), fields });
  const ends = [endOf(before), endOf(after)];
  if (ends.some((end) => end !== routed)) {
    const accepting = [before, after].map(acceptingListener);
    if (accepting.includes(null)) return parting("connection", accepting);
    // Beside a connection that never comes to a connection manager, all that a manager may say is one.
    const managed = [before, after].map(reachesManager);
    return parting(
      "connection",
      ends.map((end, side) => (managed[side] === true && managed[1 - side] === false ? "HTTP" : end)),
    );
  }
  if (!shared().likeTables) return parting("route", before.routeConfiguration?.name, after.routeConfiguration?.name);
  const places = [placeOfRoute(before), placeOfRoute(after)];
  if (places[0] !== places[1]) return parting("route", places);
  const [place] = places;
  const { sameFilters, sameManager } = shared();
  if (fields.some((field) => field === "clusters" || field === "mirrors"))
    return parting(
      "policy",
      place,
      fields.filter((field) => field === "clusters" || field === "mirrors"),
    );
  if (fields.some((field) => field === "outcome" || field === "cause" || field === "response" || field === "rbac")) {
    const answers = [answerOf(before), answerOf(after)];
    if ([before, after].some(({ cause }) => cause !== null && ofCluster.has(cause.code)))
      return parting("cluster", "http", likelyCluster(before), likelyCluster(after), answers);
    const verdicts = printOf(answers[0]) === printOf(answers[1]) ? [was.rbac, is.rbac] : [];
    return parting("filter", sameFilters && sameManager ? place : null, answers, verdicts);
  }
  if (fields.every((field) => field === "tls")) return parting("cluster", "http tls", likelyCluster(before), likelyCluster(after));
  return parting(
    "policy",
    fields.every((field) => field === "timeout") && !sameManager ? [before.timeout?.idle, after.timeout?.idle] : place,
    fields.filter((field) => field !== "tls"),
  );
}

const routed = "routed";
const ofCluster: ReadonlySet<string> = new Set(["cluster-missing", "no-endpoints", "no-healthy-endpoints"]);

/** The listener whose socket takes the connection; null: none does. */
const acceptingListener = ({ listener, why }: Explanation): string | null =>
  listener === null ? null : (why[0]?.decision ?? listener.name);

const reachesManager = ({ why }: Explanation): boolean => why.some(({ step }) => step === "HTTP connection manager");

/** How far a request comes: to the routes of a connection manager, or where it ends before, with what. */
function endOf(explanation: Explanation): string {
  const { listener, filterChain, routeConfiguration, cause, outcome, response, clusters, tls } = explanation;
  if (cause?.code === "protocol-error") return `refused ${outcome} ${response?.details ?? ""} ${response?.status ?? ""}`;
  if (routeConfiguration !== null || explanation.virtualHost !== null || response?.details === "route_not_found") return routed;
  if (listener === null) return "no listener";
  if (filterChain === null) return "no filter chain";
  const names = clusters.map(({ name, weight }) => `${name} ${weight ?? ""}`).sort();
  return [
    outcome,
    cause?.code ?? "",
    response?.details ?? "",
    ...(response?.flags ?? []),
    ...names,
    tls?.mode ?? "",
    tls?.sni ?? "",
    ...(tls?.alpn ?? []),
  ].join(" ");
}

/** The route as the file knows it: also two of one name are told apart by their matches. */
function placeOfRoute({ routeConfiguration, virtualHost, route, why }: Explanation): string {
  const named = route === null ? "none" : `${route.name ?? ""} ${matchText(route, why)}`;
  return JSON.stringify([routeConfiguration?.name ?? "", virtualHost?.name ?? "", named]);
}

/**
 * The answer without what a request brings into it itself, and without what a gRPC client gets in the place of a status. Of a refusal it
 * does not matter which of several policies is met first (`rbac_access_denied_matched_policy[name]`).
 */
function answerOf({ outcome, cause, response }: Explanation): readonly unknown[] {
  const answered = outcome === "forward" ? "forward" : (response?.details?.replace(/\[.*\]$/, "") ?? outcome);
  return [answered, cause?.code ?? "", response?.flags ?? []];
}

/** The cluster that takes the request, as far as that is known. */
export function likelyCluster({ clusters }: Explanation): string {
  const likely =
    clusters.find(({ chosen }) => chosen === true) ?? clusters.find(({ chosen, inDump }) => chosen === null && inDump) ?? clusters[0];
  return likely?.name ?? "";
}
