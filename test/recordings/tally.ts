import type { Explanation, Request } from "../../src/index.js";
import { type Comparison, compareRecording, type Field, fields } from "./compare.js";
import { exemptionOf, type Recording } from "./recording.js";

/** A recording that an explanation contradicts in some field. */
export interface Disagreement extends Comparison {
  /** Folder and id. */
  readonly id: string;
}

/** How far explanations agree with recordings. */
export interface Tally {
  readonly recordings: number;
  /** Recordings without any disagreement. */
  readonly agreed: number;
  readonly exempt: readonly { readonly id: string; readonly because: string }[];
  readonly counts: Readonly<Record<Field, { readonly agree: number; readonly differ: number }>>;
  /** Outbound requests of which a cluster was observed. */
  readonly outbound: { readonly agree: number; readonly differ: number };
  readonly disagreements: readonly Disagreement[];
  readonly unreadable: readonly UnreadableDump[];
}

/** The recordings of one dump, with what explains a request on it. */
export interface RecordedDump {
  readonly folder: string;
  readonly recordings: readonly Recording[];
  explain(request: Request): Explanation;
}

/** A dump that can't be read, with the line that says why. */
export interface UnreadableDump {
  readonly folder: string;
  readonly unreadable: string;
}

/** Compares every recording of some dumps, one dump after the other. */
export function tally(dumps: Iterable<RecordedDump | UnreadableDump>): Tally {
  const counts = Object.fromEntries(fields.map((field) => [field, { agree: 0, differ: 0 }])) as Record<
    Field,
    { agree: number; differ: number }
  >;
  const outbound = { agree: 0, differ: 0 };
  const exempt: { id: string; because: string }[] = [];
  const disagreements: Disagreement[] = [];
  const unreadable: UnreadableDump[] = [];
  let recordings = 0;
  let agreed = 0;
  for (const dump of dumps) {
    if ("unreadable" in dump) {
      unreadable.push(dump);
      continue;
    }
    const { folder, recordings: recorded, explain } = dump;
    for (const recording of recorded) {
      const id = `${folder} ${recording.id}`;
      const because = exemptionOf(recording, folder);
      if (because !== null) {
        exempt.push({ id, because });
        continue;
      }
      recordings++;
      const comparisons = compareRecording(recording, explain(recording.request));
      if (comparisons.every(({ agrees }) => agrees)) agreed++;
      for (const comparison of comparisons) {
        const key = comparison.agrees ? "agree" : "differ";
        counts[comparison.field][key]++;
        if (comparison.field === "clusters" && recording.request.direction === "outbound") outbound[key]++;
        if (!comparison.agrees) disagreements.push({ id, ...comparison });
      }
    }
  }
  return { recordings, agreed, exempt, counts, outbound, disagreements, unreadable };
}

/** The tally as a table, field by field. */
export function describeTally({ recordings, agreed, exempt, counts, outbound, unreadable }: Tally): string {
  const line = (name: string, { agree, differ }: { readonly agree: number; readonly differ: number }): string =>
    `${name.padEnd(24)}${String(agree).padStart(7)}${String(differ).padStart(8)}${share(agree, agree + differ).padStart(10)}\n`;
  const rows = fields.filter((field) => counts[field].agree + counts[field].differ > 0).map((field) => line(field, counts[field]));
  return [
    `${"FIELD".padEnd(24)}${"AGREE".padStart(7)}${"DIFFER".padStart(8)}${"SHARE".padStart(10)}\n`,
    ...rows,
    outbound.agree + outbound.differ === 0 ? "" : line("outbound cluster", outbound),
    line("whole recordings", { agree: agreed, differ: recordings - agreed }),
    exempt.length === 0 ? "" : `exempt: ${exempt.length}\n`,
    ...unreadable.map((dump) => `${dump.folder}: ${dump.unreadable}\n`),
  ].join("");
}

const share = (part: number, whole: number): string => (whole === 0 ? "" : `${((100 * part) / whole).toFixed(2)} %`);

/** Every disagreement on one line. */
export const describeDisagreements = ({ disagreements }: Tally): string =>
  disagreements
    .map(({ id, field, observed, explained }) => `${id}: ${field}: observed ${shown(observed)}, explained ${shown(explained)}\n`)
    .join("");

const mostShown = 160;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}
