import type { FieldDescription } from "../proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { byCodePoint } from "../util/text.js";
import { type ListIdentity, listIdentity } from "./identity.js";
import { fieldOf, typeOfValue, type ValueType } from "./value-type.js";

/** A text that two values share exactly when they say the same to Envoy: keys sorted, and lists whose order means nothing. */
export function fingerprint(type: ValueType, value: Json): string {
  return type.kind === "message" && isJsonObject(value) ? ofMessage(type.type, value) : ofJson(value);
}

function ofMessage(type: string, value: JsonObject): string {
  const members = Object.keys(value)
    .sort(byCodePoint)
    .map((key) => `${JSON.stringify(key)}:${ofField(type, fieldOf(type, key), value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

function ofField(type: string, field: FieldDescription | undefined, value: Json): string {
  if (field === undefined) return ofJson(value);
  if (field.repeated && Array.isArray(value)) return ofList(type, field, value);
  if (field.mapKey === null || !isJsonObject(value)) return fingerprint(typeOfValue(field, value), value);
  const entries = Object.keys(value)
    .sort(byCodePoint)
    .map((key) => `${JSON.stringify(key)}:${fingerprint(typeOfValue(field, value[key] ?? null), value[key] ?? null)}`);
  return `{${entries.join(",")}}`;
}

function ofList(type: string, field: FieldDescription, list: readonly Json[]): string {
  const items = list.map((item) => ({ item, text: fingerprint(typeOfValue(field, item), item) }));
  const identity = listIdentity(type, field.name);
  if (identity?.order === "none") items.sort((a, b) => byCodePoint(a.text, b.text));
  if (identity?.order === "within-key") {
    const keyed = items.map(({ item, text }) => ({ text, key: keyTextOf(identity, item) }));
    return `[${keyed
      .sort((a, b) => byCodePoint(a.key, b.key))
      .map(({ text }) => text)
      .join(",")}]`;
  }
  return `[${items.map(({ text }) => text).join(",")}]`;
}

/** The first key of an item, spelled plainly and in one case: it only has to bring items of one key together. */
function keyTextOf(identity: ListIdentity, item: Json): string {
  const parts = (identity.keys[0] ?? []).map((path) =>
    path.split(".").reduce<Json | undefined>((value, step) => member(value, step), item),
  );
  return JSON.stringify(parts).toLowerCase();
}

function ofJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(ofJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort(byCodePoint)
    .map((key) => `${JSON.stringify(key)}:${ofJson(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}
