import type { Request } from "../../src/index.js";

/** The answer that Envoy gave, as its access log and the client's socket have it. */
export interface ObservedResponse {
  /** 0 or null: no HTTP answer. */
  readonly status: number | null;
  readonly flags: readonly string[] | null;
  readonly details: string | null;
  readonly location: string | null;
  /** By name, as in the access log; generated cases have what the client saw. */
  readonly grpcStatus?: string | number | null;
  /** CONNECTION_TERMINATION_DETAILS; scenarios alone have it. */
  readonly terminationDetails?: string | null;
}

/** What Envoy did with a request, names as it logged them. null: not observed, never "none". */
export interface ObservedInScenario {
  readonly listener: string | null;
  readonly filterChain: string | null;
  readonly virtualHost: string | null;
  readonly route: string | null;
  readonly clusters: readonly { readonly name: string; readonly count: number }[] | null;
  readonly response: ObservedResponse | null;
  readonly rewrite: { readonly authority: string | null; readonly path: string | null } | null;
  readonly upstream: {
    readonly hosts: Readonly<Record<string, number>>;
    readonly tls?: { readonly sni: string | null; readonly offered_alpn: readonly string[] | null } | null;
  } | null;
  readonly client: { readonly status: number | null };
  readonly noFilterChainMatch: boolean;
}

/** One request of a scenario: a mesh that a control plane configured, with requests chosen by hand. */
export interface ScenarioRecording {
  readonly id: string;
  readonly request: Request;
  readonly count: number;
  readonly observed: ObservedInScenario;
}

/** What Envoy did with a generated request, in the shape of an explanation. */
export interface ObservedInCase {
  readonly listener: { readonly name: string } | null;
  readonly filterChain: { readonly name: string | null; readonly default: boolean } | null;
  readonly virtualHost: { readonly name: string } | null;
  readonly route: { readonly name: string | null } | null;
  readonly clusters: readonly { readonly name: string }[] | null;
  readonly outcome: string | null;
  readonly response: ObservedResponse | null;
  readonly rewrite: { readonly authority: string | null; readonly path: string | null } | null;
  readonly endpoints: readonly { readonly address: string }[] | null;
}

/** One request of a generated case. */
export interface CaseRecording {
  readonly id: string;
  readonly request: Request;
  readonly observed: ObservedInCase;
  /** Fields that Envoy showed to be none; another null field was not observed. */
  readonly absent: readonly string[];
  readonly client: { readonly grpcStatus?: string | number | null };
  readonly wire: { readonly kind: string; readonly raw: string; readonly proxyAfterInspector?: unknown };
  /** Does the answer depend on a number that Envoy draws? */
  readonly random: boolean;
  readonly notes?: readonly string[] | null;
}

export type Recording = ScenarioRecording | CaseRecording;

export const isCase = (recording: Recording): recording is CaseRecording => "wire" in recording;

/** Scenario recordings that request and dump can't decide, by their id or folder and id, and what is missing. */
const incomplete: Readonly<Record<string, string>> = {
  "ch-tls-d2-nosni-noalpn": "TLS was sent, the request says none",
  "ch-tls-d3-nosni-noalpn": "TLS was sent, the request says none",
  "httpbin-emptyhost": "an empty Host was sent, the request has none",
  "hosts-empty": "an empty Host was sent, the request has none",
  "m-rt30": "a runtime fraction of 30 % takes a random number, the request gives none",
  "07d-lua/after block": "a Lua script answers",
  "07d-lua/after mv": "a Lua script changes the path and clears the route",
  "07l-extension-config/after ecds": "a Lua script answers",
};

/**
 * Why no answer can be asked for a recording; null where one can.
 *
 * @param folder where it stands, below the folder of all recordings
 */
export function exemptionOf(recording: Recording, folder: string): string | null {
  if (!isCase(recording)) {
    const key = [recording.id, `${folder} ${recording.id}`].find((name) => Object.hasOwn(incomplete, name));
    return key === undefined ? null : (incomplete[key] ?? null);
  }
  const { request, wire } = recording;
  if (wire.kind === "partial") return "the bytes sent are too few for an inspector, and the request does not have them";
  if (wire.proxyAfterInspector) return "an inspector sees the PROXY header, and the request does not have it";
  const unspelt = wire.kind === "bytes" && request.payload === undefined && request.payloadBase64 === undefined;
  if (unspelt && atob(wire.raw).includes(" HTTP/1.")) return "blank lines and then HTTP were sent, the request has none of it";
  return null;
}

/** The recordings of an NDJSON text. */
export const parseRecordings = (text: string): readonly Recording[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
