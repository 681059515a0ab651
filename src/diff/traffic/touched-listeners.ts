import type { Listener } from "../../model/listener.js";
import type { BothSides } from "./both-sides.js";
import type { ListenerPair } from "./connections.js";
import { printOf } from "./mentions.js";

/** The listeners of both sides whose connections may be treated otherwise: those that differ, and those that lead to something that does. */
export function* touchedListeners(both: BothSides): Generator<ListenerPair> {
  const pairs = new Map<string, Listener[]>();
  for (const listener of [...both.old.listeners, ...both.now.listeners]) {
    const sides = pairs.get(listener.name);
    if (sides === undefined) pairs.set(listener.name, [listener]);
    else sides.push(listener);
  }
  const otherwise = [...pairs].some(([name, sides]) => both.changed.listeners.has(name) && handsOnOtherwise(sides));
  for (const [name, sides] of pairs) {
    const touched =
      both.everything || otherwise || both.changed.listeners.has(name) || sides.some((listener) => both.isTouched(listener.message));
    if (touched)
      yield {
        name,
        sides,
        brief: !both.everything && !both.changed.listeners.has(name) && !sides.some((listener) => both.isTouched(listener.message)),
      };
  }
}

/** Does a listener that hands connections on to others take them, or see their addresses, otherwise than before? */
function handsOnOtherwise(sides: readonly Listener[]): boolean {
  if (!sides.some(({ useOriginalDst }) => useOriginalDst)) return false;
  const [old, now] = sides.map(({ message }) => printOf(message, ["filter_chains", "default_filter_chain", "filter_chain_matcher"]));
  return old !== now;
}
