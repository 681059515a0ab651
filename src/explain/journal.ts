import type { RejectedCandidate, Step, StepName, Uncertain } from "./explanation.js";

/** What is noted on the way: each decision in its turn, and what stays open. */
export interface Journal {
  readonly steps: readonly Step[];
  readonly uncertain: readonly Uncertain[];
  decide(step: StepName, decision: string, because: string, at: string, rejected?: readonly RejectedCandidate[]): void;
  leaveOpen(uncertain: Uncertain): void;
}

export function startJournal(): Journal {
  const steps: Step[] = [];
  const uncertain: Uncertain[] = [];
  return {
    steps,
    uncertain,
    decide(step, decision, because, at, rejected = []) {
      steps.push({ step, decision, because, at, rejected });
    },
    leaveOpen(open) {
      const known = uncertain.some(({ code, at, message }) => code === open.code && at === open.at && message === open.message);
      if (!known) uncertain.push(open);
    },
  };
}
