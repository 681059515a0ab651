import { type Change, type IgnoredDifference, type IgnoredKind, ignoredKinds } from "./change.js";
import type { IgnoredPlace } from "./difference.js";

/** What differs and is no change: counted, and listed where that is asked for. */
export class IgnoredDifferences {
  readonly places: IgnoredDifference[] = [];
  readonly #lists: boolean;
  readonly #counts = new Map<IgnoredKind, number>();

  /** @param lists keep the places too; of a large dump there are many */
  constructor(lists: boolean) {
    this.#lists = lists;
  }

  note(kind: IgnoredKind, resource: Change["resource"] | null, place: () => IgnoredPlace): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (this.#lists) this.places.push({ kind, resource, ...place() });
  }

  /** By kind, in the order of the kinds; kinds that don't occur are absent. */
  counts(): Readonly<Partial<Record<IgnoredKind, number>>> {
    return Object.fromEntries(
      ignoredKinds.flatMap((kind) => {
        const count = this.#counts.get(kind);
        return count === undefined ? [] : [[kind, count]];
      }),
    );
  }
}
