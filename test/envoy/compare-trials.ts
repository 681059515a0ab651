import fc from "fast-check";
import { explain, readSnapshot } from "../../src/index.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import { anyTrial, handOffTrial } from "./generate/trials.js";
import { keepCase } from "./keep-case.js";
import { compareWithEnvoy, type Disagreement, type TrialRecord } from "./record.js";
import { runTrials } from "./run-trials.js";
import { shrinkTrial } from "./shrink-trial.js";
import type { Trial } from "./trial.js";

export interface ComparisonOptions {
  readonly seed: number;
  /** Requests altogether. */
  readonly count: number;
  /** Time for making disagreements smaller. */
  readonly shrinkSeconds: number;
  /** Where disagreements are kept. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Few requests go through more configurations in proportion. */
const [fewPerTrial, manyPerTrial, manyRequests] = [15, 40, 1_000] as const;
const trialsPerStart = 60;

/** What the comparison of some requests came to. */
interface Judgement {
  readonly agrees: "yes" | "no" | "open";
  readonly differences: readonly Disagreement[];
  /** What the explanation says that the dump can't decide. */
  readonly open: readonly string[];
}

function judge(snapshot: Snapshot, record: TrialRecord): Judgement {
  const explanation = explain(snapshot, record.request);
  const differences = compareWithEnvoy(explanation, record);
  const { uncertain } = explanation;
  const open = uncertain.map(({ code, message }) => `${code}: ${message}`);
  // Where chance picks the cluster, it is still one of those listed.
  const excused =
    uncertain.length > 0 && !(uncertain.every(({ code }) => code === "random") && differences.some(({ field }) => field === "clusters"));
  return { agrees: differences.length === 0 ? "yes" : excused ? "open" : "no", differences, open };
}

interface Found {
  readonly trial: Trial;
  readonly record: TrialRecord;
  readonly differences: readonly Disagreement[];
  times: number;
}

/**
 * Runs trials made from a seed through the real Envoy until so many requests are compared; disagreements are said, made smaller and kept.
 *
 * @returns how many requests were explained otherwise than Envoy took them
 */
export async function compareTrials(executable: string, { seed, count, shrinkSeconds, folder, say }: ComparisonOptions): Promise<number> {
  const started = Date.now();
  const requestsPerTrial = count < manyRequests ? fewPerTrial : manyPerTrial;
  let [compared, refused, trialCount, disagreed, undecided] = [0, 0, 0, 0, 0];
  const found = new Map<string, Found>();
  const reasons = new Map<string, number>();
  const openReasons = new Map<string, number>();
  for (let start = 0; compared < count; start += 1) {
    const wanted = Math.min(trialsPerStart, Math.ceil((count - compared) / requestsPerTrial) + 1);
    const sample = (trial: fc.Arbitrary<Trial>, numRuns: number) => fc.sample(trial, { seed: seed * 1_000 + start, numRuns });
    const trials = [...sample(anyTrial(requestsPerTrial), wanted), ...sample(handOffTrial(requestsPerTrial * 3), 1)];
    const run = await runTrials(executable, trials);
    const { snapshot } = readSnapshot(run.dump);
    for (const reason of run.refusals) countUp(reasons, reason.replace(/^.*listener '[^']*': /, ""));
    trialCount += trials.length;
    if (run.results.every((records) => records === null)) {
      throw new Error(`this Envoy takes none of ${trials.length} configurations: ${run.refusals[0] ?? "its log does not say why"}`);
    }
    for (const [index, records] of run.results.entries()) {
      const trial = trials[index];
      if (trial === undefined || records === null) {
        refused += 1;
        continue;
      }
      for (const record of records) {
        if (compared >= count) break;
        compared += 1;
        const { agrees, differences, open } = judge(snapshot, record);
        if (open.length > 0) for (const reason of open) countUp(openReasons, reason.replaceAll(/\d+/g, "N").slice(0, 90));
        if (agrees === "open") undecided += 1;
        if (agrees !== "no") continue;
        disagreed += 1;
        const key = keyOf(differences);
        const earlier = found.get(key);
        if (earlier === undefined) found.set(key, { trial, record, differences, times: 1 });
        else earlier.times += 1;
      }
    }
    say(`${compared} requests compared, ${disagreed} disagree (${Math.round((Date.now() - started) / 1000)} s)`);
  }
  for (const [reason, times] of sorted(reasons)) say(`refused by Envoy ${times} times: ${reason}`);
  for (const [reason, times] of sorted(openReasons)) say(`open ${times} times: ${reason}`);
  say(
    `seed ${seed}: ${compared} requests through ${trialCount - refused} configurations (${refused} refused); ${disagreed} disagree, ${undecided} differ where the explanation says that the dump can't decide`,
  );
  const until = Date.now() + shrinkSeconds * 1_000;
  const groups = [...found].sort((a, b) => b[1].times - a[1].times);
  for (const [key, one] of groups) {
    say(`\n${one.times} times ${key}`);
    if (Date.now() < until) await reportSmallest(executable, one, folder, Math.min(until, Date.now() + 20_000), say);
    else say(JSON.stringify(one.record.request));
  }
  return disagreed;
}

const countUp = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const sorted = (counts: ReadonlyMap<string, number>) => [...counts].sort((a, b) => b[1] - a[1]).slice(0, 12);

/** Disagreements of one kind, whatever the names and numbers in them. */
const keyOf = (differences: readonly Disagreement[]): string =>
  differences.map(({ field, envoy, explained }) => `${field}: ${kindOf(field, envoy)}, explained ${kindOf(field, explained)}`).join("; ");

/** Details, flags and the like are kinds; names, paths and addresses are not. */
const kindOf = (field: string, value: unknown): string =>
  ["outcome", "status", "details", "flags", "gRPC status"].includes(field)
    ? JSON.stringify(value)
    : value === null || value === undefined
      ? "none"
      : "one";

async function reportSmallest(
  executable: string,
  { trial, record, differences }: Found,
  folder: string,
  until: number,
  say: (line: string) => void,
): Promise<void> {
  const key = keyOf(differences);
  const number = Number(/-(\d+)$/.exec(record.id)?.[1] ?? 0);
  const alone: Trial = { ...trial, requests: trial.requests.filter((_, index) => index === number) };
  const shows = async (trials: readonly Trial[]): Promise<readonly boolean[]> => {
    // Each route configuration by RDS takes one of the few file watchers that a user may have.
    const atOnce = trials.some(({ entry }) => entry === "handed-off") ? 1 : trials.some(({ byRds }) => byRds) ? 30 : 150;
    if (trials.length > atOnce) return [...(await shows(trials.slice(0, atOnce))), ...(await shows(trials.slice(atOnce)))];
    let run: Awaited<ReturnType<typeof runTrials>>;
    try {
      run = await runTrials(executable, trials);
    } catch {
      // A cut can leave a configuration that ends Envoy itself: the others go without it.
      const half = Math.floor(trials.length / 2);
      return half === 0 ? trials.map(() => false) : [...(await shows(trials.slice(0, half))), ...(await shows(trials.slice(half)))];
    }
    const { snapshot } = readSnapshot(run.dump);
    return run.results.map((records) => {
      const [own] = records ?? [];
      if (own === undefined) return false;
      const judgement = judge(snapshot, own);
      return judgement.agrees === "no" && keyOf(judgement.differences) === key;
    });
  };
  const inline: Trial = { ...alone, byRds: false };
  const [showsInline = false] = await shows([inline]);
  const smallest = await shrinkTrial(showsInline ? inline : alone, shows, until);
  const run = await runTrials(executable, [smallest]);
  const own = run.results[0]?.[0];
  if (own === undefined) return say("not seen again");
  const judgement = judge(readSnapshot(run.dump).snapshot, own);
  say(JSON.stringify(own.request));
  say(JSON.stringify(smallest.listeners).replaceAll(/-----BEGIN[^"]*/g, "(PEM)"));
  for (const { field, envoy, explained } of judgement.differences)
    say(`  ${field}: Envoy ${JSON.stringify(envoy)}, explained ${JSON.stringify(explained)}`);
  say(`kept in ${keepCase(folder, nameOf(key), run.dump, [own])}`);
}

const nameOf = (key: string): string =>
  key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 90);
