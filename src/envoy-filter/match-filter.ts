import type { FilterMatch, ListenerMatch, PatchMatch } from "./envoy-filter.js";
import { nameOf } from "./message-fields.js";
import { type Mismatch, mismatch } from "./mismatch.js";
import type { Piece } from "./pieces.js";

/** The network filter that a patch names; undefined where it names none. A name that is "" is one that no filter has. */
export const namedFilter = ({ listener }: PatchMatch): FilterMatch | undefined => listener?.filterChain?.filter;

/** The HTTP filter that a patch names. */
export const namedHttpFilter = (match: PatchMatch): { readonly name?: string } | undefined => namedFilter(match)?.subFilter;

/** Why a filter is not the one that is named; undefined where it is, or none is. Names are compared as they are: none is translated. */
export function filterMismatch(
  filter: Piece,
  named: { readonly name?: string } | undefined,
  condition: "filter name" | "sub-filter name" = "filter name",
): Mismatch | undefined {
  if (named === undefined) return undefined;
  const name = nameOf(filter.value);
  return (named.name ?? "") === name ? undefined : mismatch(condition, filter, named.name ?? "", name);
}

/** The listener filter that a match names, as one has it; "" is none. */
export function namedListenerFilter(match: ListenerMatch | undefined): { readonly name: string } | undefined {
  const name = match?.listenerFilter ?? "";
  return name === "" ? undefined : { name };
}
