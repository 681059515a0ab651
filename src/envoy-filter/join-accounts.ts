import type { PatchAccount, PatchStatus } from "./patch-account.js";
import type { PatchedProxy } from "./patched-resources.js";

/** Candidates that are named of a patch that matched nothing. */
const mostNearest = 3;

/** What says more of a patch goes first: of calls that it is not for, nothing is said where there is one that it is for. */
const byWeight: readonly PatchStatus[] = ["failed", "applied", "changed-nothing", "matched-nothing", "not-applied", "not-selected"];

const contextsOf: Readonly<Record<PatchedProxy["type"], string>> = {
  sidecar: "a sidecar has SIDECAR_INBOUND and SIDECAR_OUTBOUND",
  router: "a gateway has GATEWAY",
  waypoint: "a waypoint has SIDECAR_INBOUND and SIDECAR_OUTBOUND",
};

/**
 * The accounts of all calls that istiod makes for one proxy, as one: places and counts together, of the statuses the one that says most.
 *
 * @param calls the accounts of each call, with the same patches in the same order
 * @param surveys those of calls that were made to look for the nearest candidates
 */
export function joinAccounts(
  calls: readonly (readonly PatchAccount[])[],
  surveys: readonly (readonly PatchAccount[])[],
  type: PatchedProxy["type"],
): readonly PatchAccount[] {
  const [first = []] = calls;
  const partsOf = (accounts: readonly (readonly PatchAccount[])[], index: number): readonly PatchAccount[] =>
    accounts.flatMap((account) => account[index] ?? []);
  return first.map((head, index) => {
    const joined = joinOne(head, partsOf(calls, index));
    if (joined.status === "not-selected" && joined.reason === "context")
      return { ...joined, because: `it is for context ${joined.context}; ${contextsOf[type]}` };
    if (joined.status !== "matched-nothing") return { ...joined, nearest: [] };
    const surveyed = partsOf(surveys, index).flatMap(({ nearest }) => nearest);
    return { ...joined, nearest: (surveyed.length > 0 ? surveyed : joined.nearest).slice(0, mostNearest) };
  });
}

function joinOne(first: PatchAccount, parts: readonly PatchAccount[]): PatchAccount {
  const main = parts.reduce((best, part) => (weightOf(part) < weightOf(best) ? part : best), first);
  const sum = (count: (part: PatchAccount) => number): number => parts.reduce((total, part) => total + count(part), 0);
  const suspicions = new Map(parts.flatMap((part) => part.suspicions.map((each) => [JSON.stringify([each.code, each.at]), each] as const)));
  return {
    ...main,
    candidates: sum((part) => part.candidates),
    matched: sum((part) => part.matched),
    changed: sum((part) => part.changed),
    places: parts.flatMap((part) => part.places),
    nearest: parts.flatMap((part) => part.nearest),
    suspicions: [...suspicions.values()],
  };
}

/** Of calls without resources of its kind nothing is said at all where there is another reason. */
function weightOf({ status, reason, candidates }: PatchAccount): number {
  if (reason === "no-resources") return byWeight.length;
  // A call that had something to hold it against tells more than one that had not.
  return byWeight.indexOf(status) + (candidates === 0 && status === "matched-nothing" ? 0.5 : 0);
}
