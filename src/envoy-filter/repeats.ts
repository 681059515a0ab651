import { isDeepEqual } from "../util/deep-equal.js";
import { isJsonObject, type Json } from "../util/json.js";

/** Is a value the same as it was, save for items behind the end of its lists that these had before? So it is where a merge is done twice. */
export function repeatsOnly(before: Json | undefined, after: Json | undefined): boolean {
  if (isDeepEqual(before, after)) return true;
  if (Array.isArray(before) && Array.isArray(after)) {
    const [was, is]: [readonly Json[], readonly Json[]] = [before, after];
    if (is.length < was.length || !was.every((item, index) => repeatsOnly(item, is[index]))) return false;
    return is.slice(was.length).every((item) => was.some((known) => isDeepEqual(known, item)));
  }
  if (!isJsonObject(before) || !isJsonObject(after)) return false;
  const keys = Object.keys(after);
  return (
    keys.length === Object.keys(before).length && keys.every((key) => Object.hasOwn(before, key) && repeatsOnly(before[key], after[key]))
  );
}

/** Does a value say all that another one says? It may have further members, and further items in its lists. */
export function saysAllOf(value: Json | undefined, wanted: Json | undefined): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return false;
    const items: readonly Json[] = value;
    return wanted.every((item: Json) => items.some((known) => saysAllOf(known, item)));
  }
  if (!isJsonObject(wanted)) return value === wanted;
  return isJsonObject(value) && Object.keys(wanted).every((key) => Object.hasOwn(value, key) && saysAllOf(value[key], wanted[key]));
}
