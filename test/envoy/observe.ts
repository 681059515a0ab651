import type { OutcomeKind } from "../../src/explain/explanation.js";
import type { Request } from "../../src/model/request.js";
import { isJsonObject } from "../../src/util/json.js";
import type { TrialRecord } from "./record.js";
import type { Client } from "./send.js";
import type { Arrived } from "./upstreams.js";

/** A line of the access logs that every dressed listener writes. */
export interface LogLine {
  readonly kind: "http" | "tcp" | "listener";
  readonly listener: string;
  readonly filterChain: string | null;
  readonly virtualHost: string | null;
  readonly route: string | null;
  readonly code: number;
  readonly flags: readonly string[];
  readonly details: string | null;
  readonly cluster: string | null;
  readonly host: string | null;
  readonly location: string | null;
  readonly grpcStatus: number | null;
  readonly termination: string | null;
  /** The client's end of the connection, as ip:port. */
  readonly peer: string;
}

/** Reads access log lines; what is no line of ours is left out. */
export function readLog(text: string): readonly LogLine[] {
  return text.split("\n").flatMap((line) => {
    const value: unknown = line === "" ? null : JSON.parse(line);
    if (!isJsonObject(value)) return [];
    const { kind } = value;
    if (kind !== "http" && kind !== "tcp" && kind !== "listener") return [];
    const text = (key: string) => {
      const found = value[key];
      return found === null || found === undefined || found === "" || found === "-" ? null : String(found);
    };
    const number = (key: string) => (text(key) === null ? null : Number(text(key)));
    return [
      {
        kind,
        listener: text("listener") ?? "",
        filterChain: text("filterChain"),
        virtualHost: text("virtualHost"),
        route: text("route"),
        code: number("code") ?? 0,
        flags: text("flags")?.split(",").sort() ?? [],
        details: text("details"),
        cluster: text("cluster"),
        host: text("host"),
        location: text("location"),
        grpcStatus: number("grpcStatus"),
        termination: text("termination"),
        peer: text("peer") ?? "",
      },
    ];
  });
}

/** Everything that showed itself of one request. */
export interface Traces {
  readonly request: Request;
  readonly client: Client;
  readonly lines: readonly LogLine[];
  /** Copies of the request that came out of Envoy, the mirrored ones among them. */
  readonly arrived: readonly Arrived[];
  /** The kind of a route's action, by its name. */
  readonly actions: ReadonlyMap<string, string>;
  /** Filter chains that take TLS off, as listener/chain. */
  readonly secured: ReadonlySet<string>;
}

type Observed = TrialRecord["observed"];

const nothing: Omit<Observed, "outcome"> = {
  listener: null,
  filterChain: null,
  virtualHost: null,
  route: null,
  clusters: null,
  mirrors: null,
  response: null,
  rewrite: null,
  endpoints: null,
};

export type Observation = Pick<TrialRecord, "observed" | "absent" | "notes">;

/** What Envoy did, put together from its logs, the client and the upstreams. */
export function observe(traces: Traces): Observation {
  const { client, lines } = traces;
  const http = lines.find(({ kind }) => kind === "http");
  const tcp = lines.find(({ kind }) => kind === "tcp");
  const own = lines.find(({ kind }) => kind === "listener");
  if (client.timeout && tcp?.host == null && !client.answered && (http === undefined || http.flags.includes("DC")))
    return { observed: { ...nothing, ...placeOf(own), outcome: "waiting" }, absent: [] };
  if (http !== undefined) return observeHttp(http, traces);
  if (tcp !== undefined) return observeTcp(tcp, traces);
  const response = own === undefined ? null : { status: 0, details: own.details ?? own.termination, flags: own.flags, location: null };
  return {
    observed: { ...nothing, ...placeOf(own), outcome: "closed", response: own?.details === "filter_chain_not_found" ? response : null },
    absent: [],
  };
}

const placeOf = (line: LogLine | undefined): Pick<Observed, "listener" | "filterChain"> => ({
  listener: line === undefined ? null : { name: line.listener },
  filterChain: line?.filterChain == null ? null : { name: line.filterChain, default: line.filterChain === "default" },
});

const named = (name: string | null) => (name === null ? null : { name });

function observeHttp(line: LogLine, { request, client, arrived, actions }: Traces): Observation {
  const outcome = outcomeOf(line, client, request.tls !== undefined, actions);
  const forwarded = outcome === "forward";
  const refusedEarly = line.flags.includes("DPE");
  const unrouted = refusedEarly || unroutedDetails.includes(line.details ?? "");
  const [own] = arrived.filter((one) => !isCopy(one));
  const copies = arrived.filter(isCopy).map(({ cluster }) => cluster);
  const received = own === undefined || !forwarded ? null : { authority: own.authority ?? "", path: own.path };
  const changed = received !== null && (received.authority !== (request.http?.authority ?? "") || received.path !== request.http?.path);
  const connect = request.http?.method === "CONNECT";
  const response = {
    status: outcome === "closed" ? 0 : line.code,
    details: line.details,
    flags: line.flags,
    grpcStatus: line.grpcStatus,
    location: line.location,
  };
  return {
    observed: {
      ...placeOf(line),
      virtualHost: named(line.virtualHost),
      route: named(line.route),
      clusters: line.cluster === null || unrouted ? null : [{ name: line.cluster }],
      mirrors: forwarded && own !== undefined ? [...new Set(copies)].sort().map((name) => ({ name })) : null,
      outcome,
      response: forwarded ? null : response,
      rewrite: received !== null && changed && !connect ? received : null,
      endpoints: line.host === null ? null : [{ address: line.host }],
    },
    absent: [
      ...(line.virtualHost === null && !refusedEarly ? ["virtualHost"] : []),
      ...(line.route === null && !unrouted ? ["route"] : []),
      ...(received !== null && !changed && !connect ? ["rewrite"] : []),
    ],
    notes: unrouted ? ["rejected before routing: what the log has of a route was looked up for the reply alone"] : [],
  };
}

/** Envoy adds to the host of a copy, before its port. */
const isCopy = ({ authority }: Arrived): boolean => /-shadow(:[^:]*)?$/.test(authority ?? "");

/** Details of replies that come before a route is chosen. */
const unroutedDetails = ["path_normalization_failed", "absolute_path_rejected", "missing_host_header", "query_missing_content_type"];

/** The flags of an upstream that was picked and then failed. */
const upstreamFailed = ["UF", "UC", "UR", "UPE"];

function outcomeOf(
  { details, code, flags, location, route }: LogLine,
  client: Client,
  overTls: boolean,
  actions: ReadonlyMap<string, string>,
): OutcomeKind {
  if (details === "via_upstream" || details === "websocket_handshake_unsuccessful" || flags.some((flag) => upstreamFailed.includes(flag)))
    return "forward";
  // A TLS client can't read an answer in plain text.
  if (!client.answered && !(overTls && code > 0)) return "closed";
  if (details === "cors_response") return "direct_response";
  if (details === "direct_response") {
    const action = route === null ? undefined : actions.get(route);
    if (action !== undefined) return action === "direct_response" ? "direct_response" : "redirect";
    // Of require_tls; a gRPC client is told 200, and follows nothing.
    return code >= 300 && code < 400 ? "redirect" : "direct_response";
  }
  return code >= 300 && code < 400 && location !== null ? "redirect" : "rejected";
}

function observeTcp(line: LogLine, { client, secured }: Traces): Observation {
  // A TCP proxy dials before the client has shaken hands.
  const broken =
    secured.has(`${line.listener}/${line.filterChain ?? ""}`) && !client.greeted && line.host !== null && line.termination === null;
  const forwarded = line.host !== null && line.termination === null && !broken;
  return {
    observed: {
      ...nothing,
      ...placeOf(line),
      clusters: line.cluster === null ? null : [{ name: line.cluster }],
      outcome: forwarded ? "forward" : "closed",
      response: forwarded || broken ? null : { status: 0, details: line.termination, flags: line.flags, location: null },
      endpoints: forwarded && line.host !== null ? [{ address: line.host }] : null,
    },
    absent: [],
  };
}
