import { isJsonObject, type Json } from "./json.js";

/** A pointer (RFC 6901) to a member of the value that `pointer` points to. */
export function pointTo(pointer: string, ...keys: readonly (string | number)[]): string {
  let at = pointer;
  for (const key of keys) at += `/${typeof key === "number" ? key : escapeKey(key)}`;
  return at;
}

const escapeKey = (key: string): string => (key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key);

/** The keys of a pointer, unescaped; undefined when it is not a JSON pointer. */
export function pointerKeys(pointer: string): readonly string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value that a pointer points to within a JSON value; undefined where there is nothing. */
export function valueAt(value: Json, pointer: string): Json | undefined {
  let found: Json | undefined = value;
  for (const key of pointerKeys(pointer) ?? [undefined]) {
    if (key === undefined) return undefined;
    if (Array.isArray(found)) found = /^(0|[1-9]\d*)$/.test(key) ? found[Number(key)] : undefined;
    else found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    if (found === undefined) return undefined;
  }
  return found;
}
