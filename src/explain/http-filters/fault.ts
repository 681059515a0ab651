import type { HTTPFault } from "../../generated/messages.js";
import { type Fraction, formatFraction, fractionInEffect, fractionOf, isAmong } from "../../match/fraction.js";
import { matchHeader } from "../../match/header.js";
import { firstHeaderValue } from "../../match/request-headers.js";
import { allOf, judge, matched, undecided, type Verdict } from "../../match/verdict.js";
import { placeOf, unpack } from "../../model/proto-json.js";
import { type FilterReply, goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen, notModelled } from "./http-filter.js";

/** A fault that a request may get: which, for how many of the requests, and where that stands. */
interface Planned<What> {
  readonly what: What;
  /** null: the runtime holds something that is not understood here. */
  readonly fraction: Fraction | null;
  readonly at: string;
}

/**
 * The fault filter (envoy.extensions.filters.http.fault.v3): for requests that satisfy all its criteria, a delay, an abort, or both, each
 * for its own share of them. What a route configures replaces the filter's own configuration. Envoy draws a number of its own for each
 * share, so that between none and all chance decides.
 */
export function fault(input: HttpFilterInput): HttpFilterDecision {
  const { filter, perRoute } = input;
  const type = "envoy.extensions.filters.http.fault.v3.HTTPFault";
  const settings: HTTPFault | undefined =
    perRoute === undefined ? (unpack(filter.config ?? undefined, type) ?? {}) : unpack(perRoute, type);
  if (settings === undefined) return notModelled(filter);
  const delay = plannedDelay(settings, input);
  const abort = plannedAbort(settings, input);
  if ((delay === null && abort === null) || settings.max_active_faults === 0) return goesOn();
  const verdict = allOf(criteria(settings, input), () => matched("every request", placeOf(settings)));
  if (verdict.outcome === "no-match") return goesOn(`no fault: ${verdict.because}`);
  const injects = [
    delay && `a delay of ${delay.what} for ${shareOf(delay)}`,
    abort && `an abort with ${abort.what.status} for ${shareOf(abort)}`,
  ];
  const planned = injects.filter((one) => one !== null).join(" and ");
  if (verdict.outcome === "undecided") {
    const open = leavesOpen(
      filter,
      "undecided-match",
      `${planned}, if the request satisfies its criteria: ${verdict.because}`,
      verdict.decidedBy,
      verdict.at,
    );
    return { does: "continues", because: "", open };
  }
  if (settings.max_active_faults !== undefined) {
    const at = placeOf(settings, "max_active_faults");
    const most = settings.max_active_faults;
    return {
      does: "continues",
      because: "",
      open: leavesOpen(filter, "state", `${planned}, while fewer than ${most} faults are active`, "the active faults", at),
    };
  }
  const delayed = delay === null ? false : isHit(delay);
  const aborted = abort === null ? false : isHit(abort);
  const because = delay !== null && delayed !== false ? `delays ${shareOf(delay)} by ${delay.what} (DI)` : "";
  const flags = delayed === true ? ["DI"] : [];
  if (abort === null || aborted === false) return { does: "continues", because, flags };
  if (aborted === "open") {
    const open = leavesOpen(
      filter,
      "random",
      `aborts ${shareOf(abort)} with ${abort.what.status} (fault_filter_abort)`,
      "the random number that Envoy draws",
      abort.at,
    );
    return { does: "continues", because, open, flags };
  }
  return {
    does: "answers",
    outcome: "rejected",
    cause: "fault",
    reply: { ...abort.what, details: "fault_filter_abort", flags: [...flags, "FI"] },
    because: `aborts every such request with ${abort.what.status}${because === "" ? "" : `, and ${because}`}`,
    at: abort.at,
  };
}

const shareOf = ({ fraction }: Planned<unknown>): string =>
  fraction === null ? "a share set at run time" : `${formatFraction(fraction)} of requests`;

function isHit({ fraction }: Planned<unknown>): boolean | "open" {
  const among = fraction === null ? "open" : isAmong(fraction, undefined);
  return typeof among === "boolean" ? among : "open";
}

function* criteria(settings: HTTPFault, { clusters, matched: request, behaviour }: HttpFilterInput): Generator<Verdict> {
  const { upstream_cluster: wanted = "", downstream_nodes: nodes = [] } = settings;
  if (wanted !== "") {
    const at = placeOf(settings, "upstream_cluster");
    const only = clusters[0] || "none";
    if (clusters.length > 1 && clusters.includes(wanted))
      yield undecided({ because: `the cluster may be ${wanted}`, decidedBy: "the weighted choice" }, at);
    else yield judge(clusters.includes(wanted), at, { yes: `the cluster is ${wanted}`, no: `the cluster is ${only}, not ${wanted}` });
  }
  if (nodes.length > 0) {
    const node = firstHeaderValue(request.headers, "x-envoy-downstream-service-node");
    const words = { yes: `the calling node is ${node}`, no: "the calling node is none of downstream_nodes" };
    yield judge(node !== undefined && nodes.includes(node), placeOf(settings, "downstream_nodes"), words);
  }
  for (const header of settings.headers ?? []) yield matchHeader(header, request.headers, behaviour);
}

type Percentage = NonNullable<NonNullable<HTTPFault["abort"]>["percentage"]>;

/** The share in effect: the runtime's goes before the configured one; a header may lower it where the fault is taken from headers. */
function shareInEffect(
  percentage: Percentage | undefined,
  runtimeKey: string,
  percentHeader: string | null,
  { matched: request }: HttpFilterInput,
): Fraction | null {
  const configured = percentage ?? {};
  const asked = percentHeader === null ? undefined : firstHeaderValue(request.headers, percentHeader);
  const numerator =
    asked !== undefined && /^\d{1,9}$/.test(asked)
      ? Math.min(Number(asked), fractionOf(configured).numerator)
      : fractionOf(configured).numerator;
  return fractionInEffect({ default_value: { ...configured, numerator }, runtime_key: runtimeKey }, request.runtime) ?? null;
}

function plannedDelay(settings: HTTPFault, input: HttpFilterInput): Planned<string> | null {
  const { delay } = settings;
  if (delay === undefined) return null;
  const byHeader = delay.header_delay !== undefined;
  const asked = byHeader ? firstHeaderValue(input.matched.headers, "x-envoy-fault-delay-request") : undefined;
  if (byHeader && (asked === undefined || !/^\d{1,9}$/.test(asked))) return null;
  const what = byHeader ? `${asked}ms` : (delay.fixed_delay ?? "0s");
  const key = settings.delay_percent_runtime || "fault.http.delay.fixed_delay_percent";
  const fraction = shareInEffect(delay.percentage, key, byHeader ? "x-envoy-fault-delay-request-percentage" : null, input);
  return { what, fraction, at: placeOf(delay) };
}

function plannedAbort(settings: HTTPFault, input: HttpFilterInput): Planned<Pick<FilterReply, "status" | "grpcStatus">> | null {
  const { abort } = settings;
  if (abort === undefined) return null;
  const byHeader = abort.header_abort !== undefined;
  const { headers, runtime } = input.matched;
  const asked = (name: string) => (byHeader ? numberIn(firstHeaderValue(headers, name)) : undefined);
  const atRunTime = (key: string, configured: number | undefined) =>
    configured === undefined ? undefined : (numberIn(runtime.get(key)) ?? configured);
  const requested = asked("x-envoy-fault-abort-request");
  const http = byHeader ? (requested !== undefined && requested >= 200 && requested < 600 ? requested : undefined) : abort.http_status;
  const status = atRunTime(settings.abort_http_status_runtime || "fault.http.abort.http_status", http);
  const grpc = atRunTime(
    settings.abort_grpc_status_runtime || "fault.http.abort.grpc_status",
    byHeader ? asked("x-envoy-fault-abort-grpc-request") : abort.grpc_status,
  );
  // A gRPC status alone goes out with HTTP 200, whoever asks; an HTTP status goes before it.
  if (status === undefined && grpc === undefined) return null;
  const what = status === undefined && grpc !== undefined ? { status: 200, grpcStatus: grpc } : { status: status ?? 200 };
  const key = settings.abort_percent_runtime || "fault.http.abort.abort_percent";
  const fraction = shareInEffect(abort.percentage, key, byHeader ? "x-envoy-fault-abort-request-percentage" : null, input);
  return { what, fraction, at: placeOf(abort) };
}

function numberIn(value: unknown): number | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
