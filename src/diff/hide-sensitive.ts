import { type Declared, fieldOf, typeOfValue, type ValueType } from "../identity/value-type.js";
import { isJsonObject, type Json, type JsonObject, setMember } from "../util/json.js";

/** What stands in place of a secret, as in Envoy's own dumps. */
export const hidden = "[redacted]";

/** The value with every text in fields that Envoy's definitions mark as sensitive replaced; the value itself where it has none. */
export function hideSensitive(type: ValueType, value: Json): Json {
  if (type.kind !== "message" || !isJsonObject(value)) return value;
  let copy: Record<string, Json> | undefined;
  for (const key of Object.keys(value)) {
    const inner = value[key] ?? null;
    const shown = hideInField(type.type, key, inner);
    if (shown === inner) continue;
    copy ??= copyOf(value);
    setMember(copy, key, shown);
  }
  return copy ?? value;
}

/** The same of the value of one field of a message. */
export function hideInField(message: string, key: string, value: Json): Json {
  const field = fieldOf(message, key);
  if (field === undefined) return value;
  if (field.sensitive) return hideTexts(value);
  if (field.kind !== "message") return value;
  if (field.repeated && Array.isArray(value)) {
    const shown = value.map((item: Json) => hideSensitive(typeOfValue(field, item), item));
    return shown.some((item, index) => item !== value[index]) ? shown : value;
  }
  if (field.mapKey === null || !isJsonObject(value)) return hideSensitive(typeOfValue(field, value), value);
  const copy: Record<string, Json> = {};
  let hides = false;
  for (const name of Object.keys(value)) {
    const inner = value[name] ?? null;
    const shown = hideSensitive(typeOfValue(field, inner), inner);
    hides ||= shown !== inner;
    setMember(copy, name, shown);
  }
  return hides ? copy : value;
}

/** Does a path lead through a field that is marked as sensitive? What stands at its end need not be there. */
export function leadsIntoSensitive(type: string, message: JsonObject, path: readonly (string | number)[]): boolean {
  let value: Json = message;
  let declared: Declared = { kind: "message", type };
  for (const key of path) {
    if (typeof key === "number") {
      value = Array.isArray(value) ? (value[key] ?? null) : null;
      continue;
    }
    const here = typeOfValue(declared, value);
    const field = here.kind === "message" ? fieldOf(here.type, key) : undefined;
    if (field?.sensitive === true) return true;
    declared = field ?? { kind: "json", opaque: true };
    value = isJsonObject(value) ? (value[key] ?? null) : null;
  }
  return false;
}

/** A value of a sensitive field with every text in it replaced. */
export function hideTexts(value: Json): Json {
  if (typeof value === "string") return hidden;
  if (Array.isArray(value)) return value.map(hideTexts);
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) setMember(copy, key, hideTexts(value[key] ?? null));
  return copy;
}

function copyOf(value: JsonObject): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) setMember(copy, key, value[key] ?? null);
  return copy;
}
