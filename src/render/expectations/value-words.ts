import { isJsonObject, type Json } from "../../util/json.js";

/** The fields that name an item of an explanation. */
const naming = ["name", "code", "address", "step", "candidate"];
/** An object with no more members than these is shown in full. */
const fewMembers = 3;

/** A value that was expected or found, in few words: an item of a list by its name, a pattern by what it takes. */
export function describeValue(value: Json): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.map(describeValue).join(", ");
  if (!isJsonObject(value)) return value === "" ? '""' : String(value);
  const members = Object.entries(value);
  const [[key, only] = ["", null]] = members;
  if (members.length === 1) {
    if (key === "glob" || key === "regex") return `${key} ${describeValue(only)}`;
    if (key === "contains") return `a list with ${describeValue(only)}`;
  }
  const name = members.length <= fewMembers ? undefined : naming.find((field) => Object.hasOwn(value, field));
  if (name !== undefined) return describeValue(value[name] ?? null);
  return members.map(([field, one]) => `${field} ${describeValue(one)}`).join(", ");
}
