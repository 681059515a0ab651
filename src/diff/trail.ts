/** A step from a message into one of its fields, and there to one item. */
export interface Step {
  /** Full name of the message that has the field; null within plain JSON. */
  readonly message: string | null;
  readonly field: string;
  /** The item's key as a path writes it, brackets included; "" for the field as a whole. */
  readonly key: string;
  /** Does the key only tell instances of one thing apart (chains, virtual hosts), so that the same change in several of them is one? */
  readonly instance: boolean;
}

/** The way from a resource to a value, from its end to its beginning; null is the resource itself. */
export type Trail = { readonly parent: Trail; readonly step: Step } | null;

export function stepsOf(trail: Trail): readonly Step[] {
  const steps: Step[] = [];
  for (let at = trail; at !== null; at = at.parent) steps.push(at.step);
  return steps.reverse();
}

/** `filter_chains[name="virtualOutbound"].filters[name="…"].typed_config.access_log[#0]` */
export function spellPath(steps: readonly Step[]): string {
  return joinSteps(steps.map((step) => ({ ...step, spelling: spellField(step) + step.key })));
}

/** The path without what only tells instances apart (and without counts), for finding the same change elsewhere. */
export function normalisePath(steps: readonly Step[]): string {
  return joinSteps(
    steps.map((step) => {
      const key = step.instance ? "[]" : step.key.replace(/,?#\d+\]$/, "]");
      return { ...step, spelling: step.field === "default_filter_chain" ? "filter_chains[]" : spellField(step) + key };
    }),
  );
}

/** An item of a list within plain JSON belongs to the step before it. */
const joinSteps = (steps: readonly (Step & { readonly spelling: string })[]): string =>
  steps.map((step, index) => (index === 0 || isBareItem(step) ? "" : ".") + step.spelling).join("");

const isBareItem = ({ field, key }: Step): boolean => field === "" && key !== "";

/** Fields of messages are plain words; a key of a JSON object may be anything. */
const spellField = (step: Step): string => (isBareItem(step) ? "" : /^[\w@-]+$/.test(step.field) ? step.field : JSON.stringify(step.field));

/** A step of a path as `spellPath` writes it. */
export interface PathStep {
  readonly field: string;
  /** What stands in the brackets, without them; null where there are none. */
  readonly key: string | null;
}

/** Takes a path apart into its steps; keys may hold dots and brackets within their JSON. */
export function parsePath(path: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at = 0; at < path.length; ) {
    const fieldEnd = path[at] === '"' ? endOfJson(path, at) : endOfWord(path, at);
    const field = path[at] === '"' ? String(JSON.parse(path.slice(at, fieldEnd))) : path.slice(at, fieldEnd);
    const keyEnd = path[fieldEnd] === "[" ? endOfJson(path, fieldEnd) : fieldEnd;
    steps.push({ field, key: keyEnd === fieldEnd ? null : path.slice(fieldEnd + 1, keyEnd - 1) });
    at = path[keyEnd] === "." ? keyEnd + 1 : Math.max(keyEnd, at + 1);
  }
  return steps;
}

function endOfWord(path: string, start: number): number {
  let end = start;
  while (end < path.length && path[end] !== "." && path[end] !== "[") end++;
  return end;
}

/** The place behind the string or the bracketed text that begins at `start`. */
function endOfJson(path: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < path.length; at++) {
    const character = path[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "[" || character === "{")) depth++;
    else if (!quoted && (character === "]" || character === "}")) depth--;
    if (depth === 0 && !quoted) return at + 1;
  }
  return path.length;
}
