import type { PatchAccount, PatchStatus } from "./patch-account.js";

/** Candidates that are named of a patch that matched nothing. */
const mostNearest = 3;

/** What says more of a patch goes first: of calls that it is not for, nothing is said where there is one that it is for. */
const byWeight: readonly PatchStatus[] = ["failed", "applied", "changed-nothing", "matched-nothing", "not-applied", "not-selected"];

/**
 * The accounts of all calls that istiod makes for one proxy, as one: places and counts together, of the statuses the one that says most.
 *
 * @param calls the accounts of each call, with the same patches in the same order
 */
export function joinAccounts(calls: readonly (readonly PatchAccount[])[]): readonly PatchAccount[] {
  const [first = []] = calls;
  return first.map((_, index) => joinOne(calls.flatMap((accounts) => accounts[index] ?? [])));
}

function joinOne(parts: readonly PatchAccount[]): PatchAccount {
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError("a patch without an account");
  const main = others.reduce((best, part) => (weightOf(part) < weightOf(best) ? part : best), first);
  const sum = (count: (part: PatchAccount) => number): number => parts.reduce((total, part) => total + count(part), 0);
  const nearest = main.status === "matched-nothing" ? parts.flatMap((part) => part.nearest) : [];
  const suspicions = new Map(parts.flatMap((part) => part.suspicions.map((each) => [JSON.stringify([each.code, each.at]), each] as const)));
  return {
    ...main,
    candidates: sum((part) => part.candidates),
    matched: sum((part) => part.matched),
    changed: sum((part) => part.changed),
    places: parts.flatMap((part) => part.places),
    nearest: [...nearest.filter(isHere), ...nearest.filter((each) => !isHere(each))].slice(0, mostNearest),
    suspicions: [...suspicions.values()],
  };
}

/** Of calls without resources of its kind nothing is said at all where there is another reason. */
function weightOf({ status, reason, candidates }: PatchAccount): number {
  if (reason === "no-resources") return byWeight.length;
  // A call that had something to hold it against tells more than one that had not.
  return byWeight.indexOf(status) + (candidates === 0 && status === "matched-nothing" ? 0.5 : 0);
}

const isHere = ({ at }: { readonly at: string }): boolean => !at.startsWith("/elsewhere/");
