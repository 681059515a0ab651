import { explain } from "../../explain/explain-request.js";
import type { Explanation } from "../../explain/explanation.js";
import type { Request } from "../../model/request.js";
import type { BothSides } from "./both-sides.js";
import { describeConnection, describePlace } from "./class-words.js";
import type { ManagerComparison } from "./compare-managers.js";
import { type Parting, partingOf } from "./difference-key.js";
import type { Variation } from "./variation.js";

/** A class as it was found: one witness, and by what it is known. */
export interface FoundClass {
  readonly parting: Parting;
  /** Where such requests go, first found first: virtual hosts, listeners, a cluster. */
  readonly places: readonly string[];
  /** What such a request shows beside that. */
  readonly condition: string;
  readonly witness: Request;
  readonly before: Explanation;
  readonly after: Explanation;
}

/** What both sides make of one request. */
export interface Tried {
  readonly before: Explanation;
  readonly after: Explanation;
}

/** Requests that are tried before the comparison ends. */
const mostTried = 40_000;
/** Places of one class that are kept. */
const mostPlaces = 1_000;
/** Of more subjects than that, the others are counted. */
const mostSubjects = 3;

/** Requests that are explained on both sides, with what they show: the classes that are found, and what is only sampled. */
export class Trials {
  readonly #both: BothSides;
  readonly #managers: ManagerComparison;
  readonly #found = new Map<string, FoundClass>();
  /** By the reason, where. */
  readonly #sampled = new Map<string, Set<string>>();
  #tried = 0;

  constructor(both: BothSides, managers: ManagerComparison) {
    this.#both = both;
    this.#managers = managers;
  }

  get classes(): readonly FoundClass[] {
    return [...this.#found.values()];
  }

  /** What was only sampled, one sentence each. */
  get sampled(): readonly string[] {
    return [...this.#sampled].map(([reason, subjects]) =>
      sentenceOf(
        [...subjects].filter((subject) => subject !== ""),
        reason,
      ),
    );
  }

  /** Have as many requests been tried as may be? */
  get isOver(): boolean {
    return this.#tried > mostTried;
  }

  /**
   * Notes that something was only sampled.
   *
   * @param subject where; "" for everywhere
   */
  sample(subject: string, reason: string): void {
    const subjects = this.#sampled.get(reason);
    if (subjects === undefined) this.#sampled.set(reason, new Set([subject]));
    else subjects.add(subject);
  }

  /** The same of HTTP filters that decide by more than dump and request. */
  sampleOpenFilters(subject: string, names: readonly string[]): void {
    for (const name of new Set(names)) this.sample(subject, `what HTTP filter ${name} does is not decided by the dumps`);
  }

  /** Explains a request on both sides and notes a difference. */
  try(request: Request, condition: () => string): Tried {
    this.#tried++;
    const tried = { before: explain(this.#both.old.snapshot, request), after: explain(this.#both.now.snapshot, request) };
    const parting = this.partingOf(tried);
    if (parting === null) return tried;
    const place = describePlace(parting, tried);
    const known = this.#found.get(parting.key);
    if (known === undefined) this.#found.set(parting.key, { parting, places: [place], condition: condition(), witness: request, ...tried });
    else if (known.places.length < mostPlaces && !known.places.includes(place)) {
      this.#found.set(parting.key, { ...known, places: [...known.places, place] });
    }
    return tried;
  }

  /** How what both sides make of a request parts; null where they treat it the same. */
  partingOf({ before, after }: Tried): Parting | null {
    return partingOf(before, after, () => {
      const [old, now] = [this.#both.old.managerOf(before), this.#both.now.managerOf(after)];
      const tables = () => [this.#both.old.routesOf(before, before.request), this.#both.now.routesOf(after, after.request)] as const;
      const likeTables = before.routeConfiguration?.name === after.routeConfiguration?.name || this.#managers.areAlike(...tables());
      return { sameFilters: this.#managers.sameFilters(old, now), sameManager: this.#managers.sameSettings(old, now), likeTables };
    });
  }

  /** Tries the request otherwise. */
  vary(request: Request, variation: Variation): Tried {
    const made = variation.apply(request);
    return this.try(made, () => [describeConnection(made), ...(variation.words === "" ? [] : [variation.words])].join(", "));
  }

  /** The same where it goes without saying to whom. */
  tryVariation(request: Request, variation: Variation): Tried {
    return this.try(variation.apply(request), () => variation.words || describeConnection(request));
  }
}

function sentenceOf(subjects: readonly string[], reason: string): string {
  if (subjects.length === 0) return reason;
  const rest = subjects.length - mostSubjects;
  return `${subjects.slice(0, mostSubjects).join("; ")}${rest > 0 ? ` and ${rest} more` : ""}: ${reason}`;
}
