import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen, placeOfFilter } from "./http-filter.js";
import { untypedField } from "./untyped-field.js";

/** The buffer filter (envoy.extensions.filters.http.buffer.v3): 413 for a body of more than `max_request_bytes`. */
export function buffer({ filter, perRoute, received, bodyBytes }: HttpFilterInput): HttpFilterDecision {
  if (untypedField(perRoute, "disabled") === true) return goesOn();
  if (received.upgrade !== null) {
    const may = "it waits for the end of the body, and a tunnel has none before the client closes it";
    return { does: "continues", because: "", open: leavesOpen(filter, "state", may, "how long the client waits") };
  }
  const most = untypedField(perRoute, "buffer", "max_request_bytes") ?? untypedField(filter.config, "max_request_bytes");
  if (typeof most !== "number" || bodyBytes <= most) return goesOn();
  return {
    does: "answers",
    outcome: "rejected",
    cause: "denied",
    reply: { status: 413, details: "request_payload_too_large" },
    because: `the body has ${bodyBytes} bytes, and ${most} are buffered at most`,
    at: placeOfFilter(filter),
  };
}
