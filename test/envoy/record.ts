import type { Explanation, LocalResponse, OutcomeKind } from "../../src/explain/explanation.js";
import type { Request } from "../../src/model/request.js";

/** What Envoy did with a request, as far as it showed. A field that is absent was not observed; null: Envoy showed that there is none. */
export interface Observed {
  readonly listener?: string;
  readonly filterChain?: string;
  readonly virtualHost?: string | null;
  readonly route?: string | null;
  /** The cluster chosen for this request. */
  readonly cluster?: string | null;
  readonly endpoint?: string;
  readonly outcome: OutcomeKind;
  readonly response?: Partial<LocalResponse>;
  /** What upstream received. */
  readonly upstream?: { readonly authority: string | null; readonly path: string };
  /** Clusters that got a copy of the request. */
  readonly mirrors?: readonly string[];
}

/** One request with what Envoy did with it. */
export interface TrialRecord {
  readonly request: Request;
  readonly observed: Observed;
}

/** A field on which an explanation and the real Envoy differ. */
export interface Disagreement {
  readonly field: string;
  readonly envoy: unknown;
  readonly explained: unknown;
}

/** Compares an explanation with what Envoy did, field by field. */
export function compareWithEnvoy(explanation: Explanation, { request, observed }: TrialRecord): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const compare = (field: string, envoy: unknown, explained: unknown) => {
    if (envoy !== undefined && JSON.stringify(envoy) !== JSON.stringify(explained)) found.push({ field, envoy, explained });
  };
  compare("outcome", observed.outcome, explanation.outcome);
  compare("listener", observed.listener, explanation.listener?.name ?? null);
  compare("filterChain", observed.filterChain, explanation.filterChain?.name ?? null);
  compare("virtualHost", observed.virtualHost, explanation.virtualHost?.name ?? null);
  compare("route", observed.route, explanation.route?.name ?? null);
  compareClusters(explanation, observed, found);
  if (observed.endpoint !== undefined && !explanation.endpoints.some(({ address }) => address === observed.endpoint)) {
    found.push({ field: "endpoint", envoy: observed.endpoint, explained: explanation.endpoints.map(({ address }) => address) });
  }
  const { response } = observed;
  if (response !== undefined) {
    const own = explanation.response;
    compare("response.status", response.status, own?.status ?? null);
    compare("response.details", response.details, own?.details ?? null);
    compare("response.flags", response.flags?.toSorted(), (own?.flags ?? []).toSorted());
    compare("response.location", response.location, own?.location ?? null);
    compare("response.grpcStatus", response.grpcStatus, own?.grpcStatus ?? null);
  }
  if (observed.upstream !== undefined && explanation.outcome === "forward") {
    const received = explanation.rewrite ?? { authority: request.http?.authority ?? null, path: request.http?.path ?? null };
    compare("rewrite.authority", observed.upstream.authority ?? "", received.authority ?? "");
    if (request.http?.method !== "CONNECT") compare("rewrite.path", observed.upstream.path, received.path);
  }
  compare("mirrors", observed.mirrors?.toSorted(), [...new Set(explanation.mirrors.map(({ name }) => name))].sort());
  return found;
}

function compareClusters({ clusters }: Explanation, { cluster }: Observed, found: Disagreement[]): void {
  if (cluster === undefined) return;
  const possible = clusters.filter(({ chosen }) => chosen !== false).map(({ name }) => name);
  const agrees = cluster === null ? possible.length === 0 : possible.includes(cluster);
  if (!agrees) found.push({ field: "cluster", envoy: cluster, explained: possible });
}
