import fc from "fast-check";
import { explain, readSnapshot } from "../../src/index.js";
import type { Explanation } from "../../src/explain/explanation.js";
import { routeTrial } from "./generate/trials.js";
import { compareWithEnvoy, type Disagreement, type TrialRecord } from "./record.js";
import { runTrials } from "./run-trials.js";
import type { Trial } from "./trial.js";

export interface ComparisonOptions {
  readonly seed: number;
  /** Requests altogether. */
  readonly count: number;
  readonly shrinkSeconds: number;
  readonly workers: number;
}

const requestsPerTrial = 40;
const trialsPerStart = 40;

export async function compareTrials(executable: string, { seed, count }: ComparisonOptions): Promise<number> {
  const started = Date.now();
  let [done, refused, disagreed, open] = [0, 0, 0, 0];
  const byFields = new Map<string, number>();
  for (let start = 0; done < count; start += 1) {
    const wanted = Math.min(trialsPerStart, Math.ceil((count - done) / requestsPerTrial) + 1);
    const trials = fc.sample(routeTrial(requestsPerTrial), { seed: seed * 1_000 + start, numRuns: wanted });
    const run = await runTrials(executable, trials);
    const { snapshot } = readSnapshot(run.dump);
    for (const line of run.refusals) console.log("REFUSED", line.slice(-600));
    for (const records of run.results) {
      if (records === null) {
        refused += 1;
        continue;
      }
      for (const record of records) {
        done += 1;
        const explanation = explain(snapshot, record.request);
        const differences = compareWithEnvoy(explanation, record);
        if (differences.length === 0) continue;
        if (explanation.uncertain.some(({ code }) => code !== "random" && code !== "load-balancing")) {
          open += 1;
          continue;
        }
        disagreed += 1;
        const key = differences.map(({ field, envoy, explained }) => `${field} ${JSON.stringify(envoy)} / ${JSON.stringify(explained)}`).join("; ").replace(/\b[rv]\d+\b/g, "N");
        byFields.set(key, (byFields.get(key) ?? 0) + 1);
        if (byFields.get(key) === 1) console.log(JSON.stringify(record.request), "\n  ", key, explanation.why.at(-1));
      }
    }
  }
  for (const [key, times] of [...byFields].sort((a, b) => b[1] - a[1])) console.log(times, key);
  console.log({ done, refused, disagreed, open, seconds: (Date.now() - started) / 1000 });
  return disagreed;
}

export type { Disagreement, Explanation, Trial, TrialRecord };
