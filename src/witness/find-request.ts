import type { Criterion, Dimension, Shown } from "./criterion.js";

/** A value for each dimension that matters; of the others a request may show what it likes. */
export type Assignment = ReadonlyMap<Dimension, Shown>;

/** What a request must be: within all of `within`, and outside each of `outside`, as the conditions of matches. */
export interface Wanted {
  readonly within: readonly (readonly Criterion[])[];
  readonly outside: readonly (readonly Criterion[])[];
}

export type Search =
  /** In the order in which they are found; the plainest values first. */
  | { readonly found: "some"; readonly assignments: readonly Assignment[] }
  /** No request is wanted so: for certain, or as far as samples show. */
  | { readonly found: "none"; readonly certain: boolean };

/** Steps after which a search gives up. */
const mostSteps = 4_000;

/**
 * Looks for requests that satisfy some matches and none of some others, by putting values together dimension by dimension. Candidates
 * that tell all criteria apart make "none" certain; criteria that are only sampled may hide a request.
 */
export function findRequests(wanted: Wanted, candidates: ReadonlyMap<Dimension, readonly Shown[]>, most = 1): Search {
  const assignments: Assignment[] = [];
  const search = new RequestSearch(wanted, candidates, false);
  for (const assignment of search.run()) {
    assignments.push(assignment);
    if (assignments.length >= most) break;
  }
  if (assignments.length > 0) return { found: "some", assignments };
  if (search.gaveUp) return { found: "none", certain: false };
  if (!search.metSampled) return { found: "none", certain: true };
  // Would there be one if what is sampled might turn out either way?
  const relaxed = new RequestSearch(wanted, candidates, true);
  const { done } = relaxed.run().next();
  return { found: "none", certain: done === true && !relaxed.gaveUp };
}

class RequestSearch {
  gaveUp = false;
  /** Has a criterion been asked that is only sampled? */
  metSampled = false;
  #steps = 0;
  readonly #wanted: Wanted;
  readonly #candidates: ReadonlyMap<Dimension, readonly Shown[]>;
  readonly #relaxed: boolean;
  /** Dimensions of which one value is left, so that nothing about them is a matter of samples. */
  readonly #pinned: ReadonlySet<Dimension>;

  constructor(wanted: Wanted, candidates: ReadonlyMap<Dimension, readonly Shown[]>, relaxed: boolean) {
    this.#wanted = wanted;
    this.#candidates = candidates;
    this.#relaxed = relaxed;
    this.#pinned = new Set(wanted.within.flat().flatMap(({ pins, dimension }) => (pins ? [dimension] : [])));
  }

  *run(): Generator<Assignment> {
    const allowed = new Map<Dimension, readonly Shown[]>();
    for (const criterion of this.#wanted.within.flat()) {
      const wild = this.#isWild(criterion);
      const values = this.#values(allowed, criterion.dimension).filter((shown) =>
        wild ? criterion.possible(shown) : criterion.judge(shown) === "yes",
      );
      if (values.length === 0) return;
      allowed.set(criterion.dimension, values);
    }
    yield* this.#complete(allowed);
  }

  /** Narrows the values until no match of `outside` takes the request. */
  *#complete(allowed: ReadonlyMap<Dimension, readonly Shown[]>): Generator<Assignment> {
    if (++this.#steps > mostSteps) {
      this.gaveUp = true;
      return;
    }
    const taken = this.#wanted.outside.find((criteria) => !criteria.some((criterion) => this.#mayFail(criterion, allowed)));
    if (taken === undefined) {
      yield this.#assignment(allowed);
      return;
    }
    for (const criterion of taken) {
      const values = this.#values(allowed, criterion.dimension).filter((shown) => criterion.judge(shown) === "no");
      if (values.length > 0) yield* this.#complete(new Map(allowed).set(criterion.dimension, values));
      if (this.gaveUp) return;
    }
  }

  /** The value at hand of each dimension that is asked about: also where it is the plain one, which the search has relied on. */
  #assignment(allowed: ReadonlyMap<Dimension, readonly Shown[]>): Assignment {
    const asked = [...this.#wanted.within, ...this.#wanted.outside].flat().map(({ dimension }) => dimension);
    return new Map(
      asked.flatMap((dimension): [Dimension, Shown][] => {
        const [shown] = this.#values(allowed, dimension);
        return shown === undefined ? [] : [[dimension, shown]];
      }),
    );
  }

  /** Does the value at hand keep the match from taking the request? */
  #mayFail(criterion: Criterion, allowed: ReadonlyMap<Dimension, readonly Shown[]>): boolean {
    if (this.#isWild(criterion)) return true;
    const [shown] = this.#values(allowed, criterion.dimension);
    return shown !== undefined && criterion.judge(shown) === "no";
  }

  #values(allowed: ReadonlyMap<Dimension, readonly Shown[]>, dimension: Dimension): readonly Shown[] {
    return allowed.get(dimension) ?? this.#candidates.get(dimension) ?? [[]];
  }

  #isWild({ sampled, dimension }: Criterion): boolean {
    this.metSampled ||= sampled;
    return sampled && this.#relaxed && !this.#pinned.has(dimension);
  }
}
