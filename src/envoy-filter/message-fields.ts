import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";

/** A text in a message; "" where it is not set. */
export function textIn(message: Json | undefined, key: string): string {
  const value = member(message, key);
  return typeof value === "string" ? value : "";
}

/** The name that a message has. */
export const nameOf = (message: JsonObject): string => textIn(message, "name");

/** The texts in a list of a message. */
export function textsIn(message: Json | undefined, key: string): readonly string[] {
  const value = member(message, key);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The message in a field of a message; undefined where it is not set. */
export function messageIn(message: Json | undefined, key: string): JsonObject | undefined {
  const value = member(message, key);
  return isJsonObject(value) ? value : undefined;
}
