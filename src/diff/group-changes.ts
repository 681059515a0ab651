import type { Snapshot } from "../model/snapshot.js";
import { type Change, type ChangeClass, changeClasses } from "./change.js";
import { classify } from "./classify.js";
import type { FoundDifference } from "./difference.js";
import type { AttributedDifferences } from "./patches/attribute-changes.js";
import type { PatchName } from "./patches/attribution.js";
import { scopeOf } from "./scope.js";
import { normalisePath, spellPath } from "./trail.js";

/** Resource types in the order in which a request meets them. */
export const kindOrder = [
  "listener",
  "route_configuration",
  "scoped_route",
  "cluster",
  "endpoints",
  "extension",
  "secret",
  "bootstrap",
] as const;

/** A change with what it shares with the same change elsewhere. */
export interface GroupedChange {
  readonly key: string;
  readonly change: Change;
}

/**
 * The same change in many places as one entry; the entries by class, most consequential first, then as a request meets them.
 *
 * @param attributed what is explained by other patches, or by none, is told apart
 */
export function groupChanges(
  found: readonly FoundDifference[],
  oldSnapshot: Snapshot,
  newSnapshot: Snapshot,
  attributed?: AttributedDifferences,
): readonly GroupedChange[] {
  const groups = new Map<string, { readonly class: ChangeClass; readonly members: FoundDifference[] }>();
  for (const each of found) {
    const { pair, difference } = each;
    const kind = classify(difference);
    const patches = attributed?.patchesOf.get(each) ?? [];
    const key = JSON.stringify([
      kind,
      difference.op,
      pair.kind,
      pair.standing,
      normalisePath(difference.steps),
      difference.print,
      ...patches,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { class: kind, members: [each] });
    else group.members.push(each);
  }
  const changes = [...groups].flatMap(([key, group]): readonly GroupedChange[] => {
    const change = changeOf(group.class, group.members, oldSnapshot, newSnapshot);
    if (change === undefined) return [];
    return [{ key, change: attributed === undefined ? change : { ...change, attributedTo: namesOf(group.members, attributed) } }];
  });
  return changes.sort((a, b) => rankOf(a.change) - rankOf(b.change));
}

/** The members of a group share their patches. */
const namesOf = ([first]: readonly FoundDifference[], { patchesOf, names }: AttributedDifferences): readonly PatchName[] =>
  (first === undefined ? [] : (patchesOf.get(first) ?? [])).flatMap((index) => names[index] ?? []);

/** Changes by class, most consequential first, then as a request meets them. */
export const rankOf = (change: Change): number =>
  changeClasses.indexOf(change.class) * kindOrder.length + kindOrder.indexOf(change.resource.type);

function changeOf(
  kind: ChangeClass,
  members: readonly FoundDifference[],
  oldSnapshot: Snapshot,
  newSnapshot: Snapshot,
): Change | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const { pair, difference } = first;
  const scope = members.length > 1 ? scopeOf(members, oldSnapshot, newSnapshot) : undefined;
  return {
    class: kind,
    op: difference.op,
    resource: { type: pair.kind, name: pair.name, state: pair.standing },
    path: spellPath(difference.steps),
    ...(difference.before === undefined ? {} : { before: difference.before }),
    ...(difference.after === undefined ? {} : { after: difference.after }),
    places: members.map((each) => ({
      name: each.pair.name,
      path: spellPath(each.difference.steps),
      old: each.difference.old,
      new: each.difference.new,
    })),
    ...(difference.opaque ? { opaque: true } : {}),
    ...(difference.position === undefined ? {} : { position: difference.position }),
    ...(scope === undefined ? {} : { scope }),
  };
}
