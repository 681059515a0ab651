import { explain } from "../explain/explain-request.js";
import type { Explanation, Resolution } from "../explain/explanation.js";
import { requestForTarget } from "../explain/request-for-target.js";
import { answerHead, fileOf } from "../model/answer.js";
import type { Request } from "../model/request.js";
import type { Snapshot } from "../model/snapshot.js";
import { UsageError } from "../model/usage-error.js";
import { explainCommandLine } from "./command-line.js";
import { measureCoverage } from "./coverage.js";
import type { Expectation } from "./expectation.js";
import { judgeExpectation } from "./judge-expectation.js";
import { possibilitiesOf } from "./possibilities.js";
import type { CheckedExpectation, TestReport } from "./test-report.js";

export interface CheckOptions {
  /** Checks only the expectations whose name contains this text, whatever its case. */
  readonly filter?: string;
  /** Counts the routes and listeners that the requests came through. */
  readonly coverage?: boolean;
  /** The least percentage of routes (0 to 100) that must be touched; counts the coverage too. */
  readonly failUnder?: number;
}

interface Asked {
  readonly expectation: Expectation;
  readonly request: Request;
  readonly resolved: Resolution;
}

const given: Resolution = { how: "given", at: null };

/**
 * Checks expectations on a config dump: explains the request of each and compares. What is expected must hold whatever chance and
 * the outside decide: where it depends on something that the dump leaves open, the result is `undecided`, unless the expectation
 * allows that.
 *
 * @throws UsageError for a target that is none, before any request is explained
 */
export function checkExpectations(snapshot: Snapshot, expectations: readonly Expectation[], options: CheckOptions = {}): TestReport {
  const { filter, failUnder } = options;
  const asked = expectations.map((expectation) => ask(snapshot, expectation));
  const wanted = filter?.toLowerCase();
  const chosen = asked.filter(({ expectation }) => wanted === undefined || expectation.name.toLowerCase().includes(wanted));
  const explanations: Explanation[] = [];
  const checked = chosen.map((one) => check(snapshot, one, explanations));
  const count = (result: CheckedExpectation["result"]): number => checked.filter((one) => one.result === result).length;
  const counted = options.coverage === true || failUnder !== undefined;
  const coverage = counted ? measureCoverage(snapshot, explanations, failUnder ?? null) : null;
  const counts = { passed: count("passed"), failed: count("failed"), undecided: count("undecided"), leftOut: asked.length - chosen.length };
  return {
    ...answerHead("test"),
    file: fileOf(snapshot.file),
    passed: counts.passed === checked.length && coverage?.reached !== false,
    filter: filter ?? null,
    counts,
    expectations: checked,
    coverage,
  };
}

function ask(snapshot: Snapshot, expectation: Expectation): Asked {
  const { question, file, line } = expectation;
  if (question.kind === "request") return { expectation, request: question.request, resolved: given };
  try {
    return { expectation, ...requestForTarget(snapshot, question.target, question.options) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${file}: line ${line}: ${error.message}`);
  }
}

function check(snapshot: Snapshot, { expectation, request, resolved }: Asked, explanations: Explanation[]): CheckedExpectation {
  const explanation = explain(snapshot, request, { resolved });
  const possibilities = possibilitiesOf(snapshot, request, explanation);
  explanations.push(explanation, ...possibilities.map((possibility) => possibility.explanation));
  const { result, mismatches, open } = judgeExpectation(expectation, explanation, possibilities);
  const { cause } = explanation;
  return {
    name: expectation.name,
    in: { file: expectation.file, line: expectation.line },
    result,
    mismatches,
    open,
    request: explanation.request,
    resolved,
    outcome: explanation.outcome,
    cause: cause === null ? null : { code: cause.code, message: cause.message, at: cause.at },
    command: explainCommandLine(snapshot, expectation.question),
  };
}
