import { isJsonObject, type Json, member } from "../util/json.js";

/** Names of the filters whose configuration is to be discovered (ECDS), wherever in some resources they stand; each once, in their order. */
export function requestedNamesIn(resources: readonly Json[]): readonly string[] {
  const names = new Set<string>();
  const waiting: Json[] = resources.toReversed();
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const name = member(value, "name");
    if (isJsonObject(value) && isJsonObject(member(value, "config_discovery")) && typeof name === "string") names.add(name);
    waiting.push(...(Array.isArray(value) ? value : Object.values(value)).toReversed());
  }
  return [...names];
}
