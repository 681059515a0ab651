import type { Unknown } from "./verdict.js";

/**
 * A field of a match that is none of those evaluated here: a newer Envoy's, or a mistake kept as it is.
 * What it asks for is not known, so the match must not be called decided.
 */
export function unknownCriterion(message: object, known: ReadonlySet<string>): Unknown | undefined {
  for (const field of Object.keys(message)) {
    if (!known.has(field)) return { because: `the criterion ${field} is not known here`, decidedBy: `what Envoy makes of ${field}` };
  }
  return undefined;
}
