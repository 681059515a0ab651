import { problemsIn } from "../decode/decode-resource.js";
import { type DecodeProblem, describeProblem } from "../model/problem.js";
import type { Resource } from "../model/snapshot.js";
import type { NotUnderstood } from "./summary.js";

/** What decoding every resource in full met that it does not know, counted by what it is, most frequent first in the file's order. */
export function collectNotUnderstood(resources: readonly Resource[]): readonly NotUnderstood[] {
  const found = new Map<string, NotUnderstood>();
  for (const resource of resources) {
    for (const problem of problemsIn(resource)) {
      const what = describeProblem(problem);
      const known = found.get(what);
      found.set(what, { code: problem.code, what: nameOf(problem), count: (known?.count ?? 0) + 1, at: known?.at ?? problem.at });
    }
  }
  return [...found.values()];
}

function nameOf(problem: DecodeProblem): string {
  switch (problem.code) {
    case "unknown-type":
      return problem.type;
    case "unknown-field":
    case "duplicate-field":
      return `${problem.message}.${problem.field}`;
    case "unknown-enum-value":
      return `${problem.enumeration}.${problem.value}`;
    case "invalid-value":
      return problem.expected;
    case "older-type":
      return problem.type;
    case "nested-too-deep":
      return "";
  }
}
