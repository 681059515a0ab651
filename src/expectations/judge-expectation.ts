import type { Explanation, Step, StepName, Uncertain } from "../explain/explanation.js";
import type { Expectation, ExpectedParts } from "./expectation.js";
import { type ExpectedFieldName, expectedFields, isExpectedField } from "./expected-fields.js";
import { isDrawOfClusters, isLeftOpen } from "./left-open.js";
import { matchShape, plainJson, type ShapeMismatch } from "./match-shape.js";
import type { Possibility } from "./possibilities.js";
import type { CheckedExpectation, Mismatch } from "./test-report.js";

/** What one expectation makes of an explanation. */
export type Judgement = Pick<CheckedExpectation, "result" | "mismatches" | "open">;

interface View {
  readonly mismatches: readonly Mismatch[];
  readonly open: readonly Uncertain[];
  readonly state: "met" | "broken" | "unclear";
}

/**
 * Is everything as expected, whatever chance decides? Passed: in every possible case, and nothing that it depends on is open.
 * Failed: in every case, something that is not open is not as expected. Undecided: all else.
 *
 * @param explanation without any assumption about chance
 * @param possibilities the cases that chance allows
 */
export function judgeExpectation(expectation: Expectation, explanation: Explanation, possibilities: readonly Possibility[]): Judgement {
  const views = possibilities.map((possibility) => viewOf(expectation, possibility));
  const met = views.filter(({ state }) => state === "met");
  const chanceAllowed = expectation.allowUncertain.includes("random");
  if (met.length === views.length || (chanceAllowed && met.length > 0)) return { result: "passed", mismatches: [], open: [] };
  const worst = views.find(({ mismatches }) => mismatches.length > 0);
  const failed = views.every(({ state }) => state === "broken");
  const mixed = met.length > 0 || views.some(({ mismatches }) => mismatches.length === 0);
  const byChance =
    failed || !mixed || worst === undefined ? [] : explanation.uncertain.filter((open) => isLeftOpen("cluster", open, explanation));
  return {
    result: failed ? "failed" : "undecided",
    mismatches: worst?.mismatches ?? [],
    open: distinct([...byChance, ...views.flatMap(({ open }) => open)]),
  };
}

/** Each open question once: the cases that chance allows have many in common. */
function distinct(open: readonly Uncertain[]): readonly Uncertain[] {
  const byKey = new Map(open.map((one) => [JSON.stringify([one.code, one.at, one.message]), one]));
  return [...byKey.values()];
}

function viewOf({ expect, not, allowUncertain }: Expectation, { explanation, open: left, assumed }: Possibility): View {
  const mismatches = [...compareParts(expect, explanation, false), ...compareParts(not, explanation, true)];
  const pressing = left.filter(({ code }) => !allowUncertain.includes(code));
  const opens = (field: ExpectedFieldName): readonly Uncertain[] =>
    pressing.filter((open) => isLeftOpen(field, open, explanation) && !(assumed && isDrawOfClusters(open) && namesCluster(field)));
  const mentioned = [...Object.keys(expect), ...Object.keys(not)].filter(isExpectedField);
  const open = [...new Set(mentioned.flatMap(opens))];
  const certain = mismatches.some(({ part }) => opens(part).length === 0);
  return {
    mismatches: mismatches.map(({ part: _, ...mismatch }) => mismatch),
    open,
    state: certain ? "broken" : open.length > 0 ? "unclear" : "met",
  };
}

const namesCluster = (field: ExpectedFieldName): boolean => field === "cluster" || field === "clusters";

type FoundMismatch = Mismatch & { readonly part: ExpectedFieldName };

function compareParts(parts: ExpectedParts, explanation: Explanation, negated: boolean): readonly FoundMismatch[] {
  return Object.keys(parts)
    .filter(isExpectedField)
    .flatMap((part) => {
      const { shape, read, decidedIn } = expectedFields[part];
      const written = parts[part] ?? null;
      const actual = read(explanation);
      const found = matchShape(shape, written, actual, part);
      const complete = (mismatch: ShapeMismatch): FoundMismatch => ({
        part,
        ...mismatch,
        at: mismatch.at ?? placeOf(part, explanation),
        negated,
        decidedBy: decidingStep(explanation, decidedIn),
      });
      if (!negated) return found.map(complete);
      return found.length > 0 ? [] : [complete({ field: part, expected: written, actual: plainJson(actual), at: null })];
    });
}

/** Where a shorthand's value is to be seen. */
function placeOf(part: ExpectedFieldName, { clusters, cause }: Explanation): string | null {
  if (part === "cluster") return clusters.find(({ chosen }) => chosen === true)?.at ?? null;
  return part === "outcome" || part === "status" || part === "response" ? (cause?.at ?? null) : null;
}

/** The last decision of the kinds given, as the one that settled it; of all where none of these was taken. */
function decidingStep({ why }: Explanation, kinds: readonly StepName[]): Mismatch["decidedBy"] {
  const step: Step | undefined = why.findLast((taken) => kinds.includes(taken.step)) ?? why.at(-1);
  return step === undefined ? null : { step: step.step, decision: step.decision, because: step.because, at: step.at };
}
