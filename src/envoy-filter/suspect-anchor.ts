import { countOf } from "../util/text.js";
import type { PatchRecord } from "./journal.js";
import { namedFilter, namedListenerFilter } from "./match-filter.js";
import type { Suspicion } from "./patch-account.js";
import { nounOf, pieceInWords } from "./piece-words.js";
import { currentPointer } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** A patch that found what it inserts beside in some lists, and in others that it is for did not. */
export function* suspectAnchor(patch: PreparedPatch, { matched, withoutAnchor }: PatchRecord): Generator<Suspicion> {
  const [first] = withoutAnchor;
  if (first === undefined || matched === 0) return;
  const { match } = patch;
  const anchor =
    namedFilter(match)?.subFilter ?? namedFilter(match) ?? namedListenerFilter(match.listener) ?? match.routeConfiguration?.vhost?.route;
  const name = anchor?.name === undefined ? "what it names" : anchor.name;
  const message = `${name} is not in ${countOf(withoutAnchor.length, nounOf(first))} that the patch is for (${pieceInWords(first)}); nothing is done there`;
  yield { code: "anchor-not-everywhere", at: currentPointer(first) ?? "", message };
}
