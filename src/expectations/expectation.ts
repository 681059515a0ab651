import type { UncertainCode } from "../explain/explanation.js";
import type { TargetOptions } from "../explain/request-for-target.js";
import type { Request } from "../model/request.js";
import type { Json } from "../util/json.js";
import type { ExpectedFieldName } from "./expected-fields.js";

/** Parts of an explanation as a file writes them: exact values, texts by glob or regex, lists in full or by what they contain. */
export type ExpectedParts = Readonly<Partial<Record<ExpectedFieldName, Json>>>;

/** What is asked: a target with the options of `explain`, or a request in full. */
export type Question =
  | { readonly kind: "target"; readonly target: string; readonly options: TargetOptions }
  | { readonly kind: "request"; readonly request: Request };

/** One request, and what its explanation must and must not be. */
export interface Expectation {
  /** As given; else the question in the words of the command line. */
  readonly name: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly question: Question;
  readonly expect: ExpectedParts;
  /** None of these may be so. */
  readonly not: ExpectedParts;
  /** The open questions that may stay open: there the explanation is taken at its word. */
  readonly allowUncertain: readonly UncertainCode[];
}
