import type { Json } from "../../../src/util/json.js";
import { Random } from "./random.js";
import {
  bytesRespelt,
  durationsRespelt,
  entriesInAnotherOrder,
  enumsByNumber,
  inAnotherMemberOrder,
  inAnotherOrder,
  inCamelCase,
  inTypedStructs,
  numbersRespelt,
  type Rewrite,
  rewriteMessages,
  sentAgain,
  withDefaults,
  withOlderTypes,
} from "./respell.js";

/** Ways to write the same configuration otherwise; each is tried alone, and several of them at once. */
export const respellings: Readonly<Record<string, (random: Random) => Rewrite>> = {
  "in lowerCamelCase": () => inCamelCase,
  "with defaults written out": () => withDefaults,
  "with numbers written otherwise": () => numbersRespelt,
  "with longer durations": () => durationsRespelt,
  "with enums by number": () => enumsByNumber,
  "with bytes in the other base64": () => bytesRespelt,
  "with members in another order": (random) => inAnotherMemberOrder((items) => random.shuffle(items)),
  "with lists in another order whose order means nothing": (random) => inAnotherOrder((items) => random.shuffle(items)),
  "with the type names of older APIs": () => withOlderTypes,
  "with extensions in TypedStructs": () => inTypedStructs,
};

/** The dump with random ones of the respellings, sent again and in another order of its entries. */
export function anotherWriting(json: Json, seed: number): { readonly json: Json; readonly ways: readonly string[] } {
  const random = new Random(seed);
  const chosen = Object.entries(respellings).filter(() => random.yes());
  const rewrites = chosen.map(([, respell]) => respell(random));
  const rewritten = rewriteMessages(json, (type, message) => rewrites.reduce((value, rewrite) => rewrite(type, value), message));
  return { json: entriesInAnotherOrder(sentAgain(rewritten), (items) => random.shuffle(items)), ways: chosen.map(([way]) => way) };
}
