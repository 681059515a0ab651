import type { Explanation, LocalResponse, OutcomeKind } from "../../src/explain/explanation.js";
import type { Request } from "../../src/model/request.js";

/**
 * What Envoy did with a request, in the shape of an explanation. Null is what Envoy did not show, unless the record's `absent` names
 * the field: then Envoy showed that there is none.
 */
export interface Observed {
  readonly listener: { readonly name: string } | null;
  readonly filterChain: { readonly name: string } | null;
  readonly virtualHost: { readonly name: string } | null;
  readonly route: { readonly name: string } | null;
  /** The one chosen for this request. */
  readonly clusters: readonly { readonly name: string; readonly chosen: true }[] | null;
  readonly mirrors: readonly { readonly name: string }[] | null;
  readonly outcome: OutcomeKind;
  /** Null members: not observed, apart from `status`. */
  readonly response: (Pick<LocalResponse, "status"> & { readonly [Field in Exclude<keyof LocalResponse, "status">]: LocalResponse[Field] | null }) | null;
  readonly rewrite: { readonly authority: string; readonly path: string } | null;
  readonly endpoints: readonly { readonly address: string }[] | null;
}

export type AbsentField = "virtualHost" | "route" | "rewrite";

/** One request with what Envoy did with it, in the shape of the recorded corpus. */
export interface TrialRecord {
  readonly id: string;
  readonly request: Request;
  readonly observed: Observed;
  readonly absent: readonly AbsentField[];
}

/** A field on which an explanation and the real Envoy differ. */
export interface Disagreement {
  readonly field: string;
  readonly envoy: unknown;
  readonly explained: unknown;
}

/** Compares an explanation with what Envoy did, field by field. */
export function compareWithEnvoy(explanation: Explanation, { observed, absent }: TrialRecord): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const compare = (field: string, envoy: unknown, explained: unknown, shown = envoy !== null) => {
    if (shown && JSON.stringify(envoy) !== JSON.stringify(explained)) found.push({ field, envoy, explained });
  };
  const nameOf = (named: { readonly name: string | null } | null) => named?.name ?? null;
  compare("outcome", observed.outcome, explanation.outcome);
  for (const field of ["listener", "filterChain"] as const) compare(field, nameOf(observed[field]), nameOf(explanation[field]));
  for (const field of ["virtualHost", "route"] as const) {
    compare(field, nameOf(observed[field]), nameOf(explanation[field]), observed[field] !== null || absent.includes(field));
  }
  const possible = explanation.clusters.filter(({ chosen }) => chosen !== false).map(({ name }) => name);
  if (observed.clusters?.some(({ name }) => !possible.includes(name))) found.push({ field: "clusters", envoy: observed.clusters, explained: possible });
  const addresses = explanation.endpoints.map(({ address }) => address);
  if (observed.endpoints?.some(({ address }) => !addresses.includes(address))) {
    found.push({ field: "endpoints", envoy: observed.endpoints, explained: addresses });
  }
  compare("mirrors", observed.mirrors?.map(nameOf) ?? null, [...new Set(explanation.mirrors.map(({ name }) => name))].sort());
  const { response } = observed;
  if (response !== null) {
    const own = explanation.response;
    compare("response.status", response.status, own?.status ?? null, true);
    compare("response.details", response.details, own?.details ?? null);
    compare("response.flags", response.flags, (own?.flags ?? []).toSorted());
    compare("response.location", response.location, own?.location ?? null, response.location !== null || (response.status !== null && (own?.location ?? null) !== null));
    compare("response.grpcStatus", response.grpcStatus, own?.grpcStatus ?? null);
  }
  if (explanation.outcome === "forward") compare("rewrite", observed.rewrite, explanation.rewrite, observed.rewrite !== null || absent.includes("rewrite"));
  return found;
}
