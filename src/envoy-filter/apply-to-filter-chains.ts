import { applyToNetworkFilters } from "./apply-to-network-filters.js";
import { filterChainMismatch } from "./match-filter-chain.js";
import { listenerMismatch } from "./match-listener.js";
import { merged, mergeIntoPiece } from "./merge-into-piece.js";
import { mergeChainSocket } from "./merge-transport-socket.js";
import type { Mismatch } from "./mismatch.js";
import { insertAt } from "./operate-on-list.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import { type Piece, putTogether, takeListApart, takeOut, withoutEmpty } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/**
 * The patches within the filter chains of one listener, and FILTER_CHAIN ADD behind them. A chain whose list of filters is not set, as
 * that of a removed one, is dropped at the end.
 *
 * @returns the patch at which istiod panics, if there is one; nothing is then added or dropped
 */
export function applyToFilterChains(run: PatchRun, listener: Piece): PreparedPatch | undefined {
  const chains = takeListApart(listener, "filter_chains");
  for (const chain of chains.pieces) {
    if (!hasFilters(chain)) continue;
    const panicked = applyToFilterChain(run, listener, chain);
    if (panicked === undefined) continue;
    putTogether(chains);
    return panicked;
  }
  putTogether(chains);
  const panicked = applyToDefaultChain(run, listener);
  if (panicked !== undefined) return panicked;
  for (const patch of patchesOf(run, "FILTER_CHAIN")) {
    if (patch.operation !== "ADD") continue;
    if (run.journal.judged(patch, listener, listenerMismatch(listener, patch.match.listener, "FILTER_CHAIN"))) {
      insertAt(run.journal, patch, chains, chains.pieces.length);
    }
  }
  chains.pieces = chains.pieces.filter(hasFilters);
  for (const chain of chains.pieces) chain.value = withoutEmpty(chain.value, "filters");
  putTogether(chains);
  return undefined;
}

const hasFilters = ({ value }: Piece): boolean => Object.hasOwn(value, "filters");

function applyToDefaultChain(run: PatchRun, listener: Piece): PreparedPatch | undefined {
  const field = takeOut(listener, "default_filter_chain");
  const [chain] = field.pieces;
  if (chain === undefined || !hasFilters(chain)) return undefined;
  const panicked = applyToFilterChain(run, listener, chain);
  if (panicked === undefined) field.pieces = field.pieces.filter(hasFilters);
  chain.value = withoutEmpty(chain.value, "filters");
  putTogether(field);
  return panicked;
}

function applyToFilterChain(run: PatchRun, listener: Piece, chain: Piece): PreparedPatch | undefined {
  const { journal } = run;
  const mismatchOf = ({ match, applyTo }: PreparedPatch): Mismatch | undefined =>
    listenerMismatch(listener, match.listener, applyTo) ?? filterChainMismatch(chain, listener, match.listener);
  for (const patch of patchesOf(run, "FILTER_CHAIN")) {
    if (patch.operation === "ADD" || !journal.judged(patch, chain, mismatchOf(patch))) continue;
    if (patch.operation === "REMOVE") {
      const { filters: _, ...removed } = chain.value;
      chain.value = removed;
      journal.removed(patch, chain);
      return undefined;
    }
    const merge = mergeChainSocket(chain.value, patch.value);
    if (merge === null) mergeIntoPiece(journal, patch, chain);
    else if ("panic" in merge) {
      journal.failed(patch, merge.panic, run.patches);
      return patch;
    } else merged(journal, patch, chain, merge.value);
  }
  return applyToNetworkFilters(run, chain, mismatchOf);
}
