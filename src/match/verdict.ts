/** Why neither the dump nor the request answers a question, and what would. */
export interface Unknown {
  readonly because: string;
  readonly decidedBy: string;
}

/** A yes, a no, or the reason why there is neither. */
export type Answer = boolean | Unknown;

/** What a matcher says about a request or connection. `because` fits one line; `at` is the JSON pointer of the criterion. */
export type Verdict =
  | { readonly outcome: "match"; readonly because: string; readonly at: string }
  | { readonly outcome: "no-match"; readonly because: string; readonly at: string }
  | { readonly outcome: "undecided"; readonly because: string; readonly at: string; readonly decidedBy: string };

export function matched(because: string, at: string): Verdict {
  return { outcome: "match", because, at };
}

export function notMatched(because: string, at: string): Verdict {
  return { outcome: "no-match", because, at };
}

export function undecided(unknown: Unknown, at: string): Verdict {
  return { outcome: "undecided", because: unknown.because, at, decidedBy: unknown.decidedBy };
}

/** The verdict for an answer, with the words for a yes and for a no. */
export function judge(answer: Answer, at: string, words: { readonly yes: string; readonly no: string }): Verdict {
  if (typeof answer !== "boolean") return undecided(answer, at);
  return answer ? matched(words.yes, at) : notMatched(words.no, at);
}

/**
 * All must hold: the first no-match decides, even after something undecided; else the first undecided one; else `all`.
 * Draws no further verdicts once one has decided.
 */
export function allOf(verdicts: Iterable<Verdict>, all: () => Verdict): Verdict {
  let open: Verdict | undefined;
  for (const verdict of verdicts) {
    if (verdict.outcome === "no-match") return verdict;
    if (verdict.outcome === "undecided") open ??= verdict;
  }
  return open ?? all();
}

/** One must hold: the first match decides, even after something undecided; else the first undecided one; else `none`. */
export function anyOf(verdicts: Iterable<Verdict>, none: () => Verdict): Verdict {
  let open: Verdict | undefined;
  for (const verdict of verdicts) {
    if (verdict.outcome === "match") return verdict;
    if (verdict.outcome === "undecided") open ??= verdict;
  }
  return open ?? none();
}

/** The contrary verdict, for the same reason; what is undecided stays so. */
export function not(verdict: Verdict): Verdict {
  if (verdict.outcome === "undecided") return verdict;
  return { ...verdict, outcome: verdict.outcome === "match" ? "no-match" : "match" };
}

/** Is one of the answers a yes? Else the first unknown one, else no. */
export function anyAnswer(answers: Iterable<Answer>): Answer {
  let open: Unknown | undefined;
  for (const answer of answers) {
    if (answer === true) return true;
    if (answer !== false) open ??= answer;
  }
  return open ?? false;
}

/** The contrary answer; an unknown one stays so. */
export function contrary(answer: Answer): Answer {
  return typeof answer === "boolean" ? !answer : answer;
}
