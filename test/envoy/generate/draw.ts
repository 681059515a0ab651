import fc from "fast-check";
import type { Json, JsonObject } from "../../../src/util/json.js";

/** A value once in `among` draws, else undefined. */
export function seldom<Value>(among: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: among - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

/** Draws by weight. */
export function byWeight<Value>(...choices: readonly (readonly [number, fc.Arbitrary<Value>])[]): fc.Arbitrary<Value> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** A message of these fields; one whose draw is undefined is left out. */
export function message(shape: Readonly<Record<string, fc.Arbitrary<Json | undefined>>>): fc.Arbitrary<JsonObject> {
  return fc.record<Record<string, Json | undefined>>(shape).map((drawn) => {
    const fields: Record<string, Json> = {};
    for (const [name, value] of Object.entries(drawn)) if (value !== undefined) fields[name] = value;
    return fields;
  });
}

/** Fields of several messages in one; of equal names the last counts. */
export const merged = (...parts: readonly fc.Arbitrary<JsonObject>[]): fc.Arbitrary<JsonObject> =>
  fc.tuple(...parts).map((drawn) => Object.fromEntries(drawn.flatMap((part) => Object.entries(part))));

export const either = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** A message with one field out of several. */
export const oneField = (shape: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> =>
  fc.oneof(...Object.entries(shape).map(([name, value]) => value.map((drawn): JsonObject => ({ [name]: drawn }))));

/** Up to `most` items; mostly few. */
export const few = <Item>(item: fc.Arbitrary<Item>, most: number, least = 0): fc.Arbitrary<Item[]> =>
  fc.array(item, { minLength: least, maxLength: most, size: "max" });

export const any = (type: string, fields: JsonObject = {}): JsonObject => ({ "@type": `type.googleapis.com/${type}`, ...fields });
