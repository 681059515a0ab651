import type { Json } from "../util/json.js";
import { jsonExcerpt } from "../util/json-excerpt.js";

/** Something in the input that could not be decoded as it should. Nothing is lost: the value stays in the decoded message or beside it. */
export type DecodeProblem =
  | { readonly code: "unknown-type"; readonly at: string; readonly type: string }
  | { readonly code: "unknown-field"; readonly at: string; readonly message: string; readonly field: string }
  | { readonly code: "unknown-enum-value"; readonly at: string; readonly enumeration: string; readonly value: string }
  | { readonly code: "invalid-value"; readonly at: string; readonly expected: string; readonly value: Json }
  | { readonly code: "duplicate-field"; readonly at: string; readonly message: string; readonly field: string }
  | { readonly code: "older-type"; readonly at: string; readonly type: string; readonly readAs: string }
  | { readonly code: "nested-too-deep"; readonly at: string };

/** One problem as a sentence: what, where (the pointer is printed beside it), and what was done about it. */
export function describeProblem(problem: DecodeProblem): string {
  switch (problem.code) {
    case "unknown-type":
      return `unknown type ${problem.type}, kept as it is`;
    case "unknown-field":
      return `unknown field ${problem.field} of ${problem.message}, kept as it is`;
    case "unknown-enum-value":
      return `unknown value ${problem.value} of ${problem.enumeration}, kept as it is`;
    case "invalid-value":
      return `${jsonExcerpt(problem.value, 60)} is not ${problem.expected}; set aside`;
    case "duplicate-field":
      return `field ${problem.field} of ${problem.message} stands there in two spellings; the second is set aside`;
    case "older-type":
      return `${problem.type} is read as its successor ${problem.readAs}`;
    case "nested-too-deep":
      return "nested too deep to be decoded, kept as it is";
  }
}
