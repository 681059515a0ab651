import type { UnmatchedFilter } from "../../list/listing.js";
import { fileInWords } from "../../model/answer.js";
import type { AnyListing } from "./columns.js";

const nouns = {
  listeners: "listener",
  routes: "route",
  clusters: "cluster",
  endpoints: "endpoint",
  secrets: "secret",
  bootstrap: "bootstrap",
  ecds: "ECDS extension",
} as const satisfies Record<AnyListing["list"], string>;

/** Why a list is empty, in one line each without a line break; nothing to say about a list that is not. */
export function describeEmptyList({ items, list, filters, unmatched, file }: AnyListing): readonly string[] {
  if (items.length > 0) return [];
  const noun = nouns[list];
  if (unmatched.length > 0) return unmatched.map((filter) => `no ${noun} matches ${describeFilter(filter)}`);
  const given = Object.entries(filters).map(([filter, value]) => `--${filter} ${value}`);
  // Each filter passes something, together they pass nothing; or there was nothing to pass.
  if (given.length > 1) return [`no ${noun} matches ${given.join(" and ")} together`];
  return [`${fileInWords(file)} holds no ${noun}s`];
}

function describeFilter({ filter, value, nearest }: UnmatchedFilter): string {
  return `--${filter} ${value}${nearest.length === 0 ? "" : `; nearest: ${nearest.join(", ")}`}`;
}
