import { isJsonObject, type Json, member } from "../../util/json.js";

/** A field within a configuration that has no typings here, by the names on the way to it; undefined where it is not set. */
export function untypedField(config: object | null | undefined, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>(member, isJsonObject(config) ? config : undefined);
}
