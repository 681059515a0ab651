import type { Cause, OutcomeKind, Resolution, Step, Uncertain } from "../explain/explanation.js";
import type { AnswerHead } from "../model/answer.js";
import type { Request } from "../model/request.js";
import type { SnapshotFile } from "../model/snapshot.js";
import type { Json } from "../util/json.js";
import type { Coverage } from "./coverage.js";

/** What came of expectations on one dump. */
export interface TestReport extends AnswerHead<"test"> {
  readonly file: SnapshotFile;
  /** Did everything that was checked pass, the coverage demanded included? */
  readonly passed: boolean;
  /** Only expectations whose name contains it were checked; null: all. */
  readonly filter: string | null;
  readonly counts: {
    readonly passed: number;
    readonly failed: number;
    /** Not passed, because the dump does not decide what is expected. */
    readonly undecided: number;
    /** Not checked, by the filter. */
    readonly leftOut: number;
  };
  /** In the order of the files and within them. */
  readonly expectations: readonly CheckedExpectation[];
  /** Null where it was not asked for. */
  readonly coverage: Coverage | null;
}

export interface CheckedExpectation {
  readonly name: string;
  /** The file of expectations that it stands in, and its line there (1-based). */
  readonly in: { readonly file: string; readonly line: number };
  readonly result: "passed" | "failed" | "undecided";
  readonly mismatches: readonly Mismatch[];
  /** What the dump leaves open of that which is expected. */
  readonly open: readonly Uncertain[];
  /** As evaluated, defaults filled in. */
  readonly request: Request;
  readonly resolved: Resolution;
  readonly outcome: OutcomeKind;
  readonly cause: Pick<Cause, "code" | "message" | "at"> | null;
  /** The shell command that explains the request in full. */
  readonly command: string;
}

/** A part of the explanation that is not as expected. */
export interface Mismatch {
  /** `cluster`, `response.status`, `clusters[0].name` */
  readonly field: string;
  /** Was it expected not to be so? */
  readonly negated: boolean;
  /** As written in the file. */
  readonly expected: Json;
  readonly actual: Json;
  /** Where the actual value is to be seen; null for what has no place of its own. */
  readonly at: string | null;
  /** The decision that made it so; null where Envoy decided nothing. */
  readonly decidedBy: Pick<Step, "step" | "decision" | "because" | "at"> | null;
}
