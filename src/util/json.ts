/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; its keys come from a file, so look a key up with `Object.hasOwn` where its absence matters. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Is this value an object (neither null nor an array)? */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member of a JSON value under a key of its own; undefined where there is none. */
export function member(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Sets a key from a file as the object's own member, whatever its name (`__proto__` included). */
export function setMember<Value>(target: Record<string, Value>, key: string, value: Value): void {
  if (key === "__proto__") Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
