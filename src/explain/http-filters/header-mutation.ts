import type { UnknownHeader } from "../../match/request-headers.js";
import type { Json } from "../../util/json.js";
import { member } from "../../util/json.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";
import { untypedField } from "./untyped-field.js";

/**
 * The header mutation filter (envoy.extensions.filters.http.header_mutation.v3): the route stays as it was chosen (measured on 1.40.0);
 * filters behind it see the headers that it leaves.
 */
export function headerMutation({ filter, perRoutes }: HttpFilterInput): HttpFilterDecision {
  const touched = [filter.config, ...perRoutes].flatMap((config) => headersTouched(untypedField(config, "mutations", "request_mutations")));
  if (touched.length === 0) return goesOn();
  const pseudo = touched.find((name) => name.startsWith(":") || name === "host");
  if (pseudo !== undefined) {
    const may = `it changes ${pseudo}, which filters behind it and the upstream see; the route stays`;
    return { does: "continues", because: "", open: leavesOpen(filter, "filter-not-modelled", may, "the value that it sets") };
  }
  const unknown: UnknownHeader = {
    presence: "unknown",
    because: `HTTP filter ${filter.name} changes it`,
    decidedBy: "the value that it leaves",
  };
  return { does: "continues", because: "", changes: { headers: new Map(touched.map((name) => [name, unknown])) } };
}

function headersTouched(mutations: Json | undefined): readonly string[] {
  if (!Array.isArray(mutations)) return [];
  return mutations.flatMap((mutation: Json) => {
    const name = member(mutation, "remove") ?? member(member(member(mutation, "append"), "header"), "key");
    return typeof name === "string" ? [name.toLowerCase()] : [];
  });
}
