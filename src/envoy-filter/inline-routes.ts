import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { connectionManagersIn } from "./dump-calls.js";
import type { DumpedResource } from "./dump-resources.js";

/** A route configuration that stands in a connection manager of a listener. */
export interface InlineRoutes {
  readonly listener: DumpedResource;
  /** Keys on the way from the listener to it. */
  readonly keys: readonly string[];
  readonly value: JsonObject;
}

/** The inline route configurations of listeners, in their order. */
export function inlineRoutesOf(listeners: readonly DumpedResource[]): readonly InlineRoutes[] {
  return listeners.flatMap((listener) =>
    connectionManagersIn(listener.value).flatMap(({ manager, keys }) => {
      const value = member(manager, "route_config");
      return isJsonObject(value) ? [{ listener, keys: [...keys, "route_config"], value }] : [];
    }),
  );
}

/** A message with another value at some keys, which are there; itself where that is the value that it has. */
export function withValueAt(message: JsonObject, [key = "", ...rest]: readonly string[], value: JsonObject): JsonObject {
  const inner = message[key];
  const changed = rest.length === 0 ? value : changedWithin(inner, rest, value);
  return changed === inner ? message : { ...message, [key]: changed };
}

function changedWithin(holder: Json | undefined, keys: readonly string[], value: JsonObject): Json {
  const [key = "", ...rest] = keys;
  if (!Array.isArray(holder)) return isJsonObject(holder) ? withValueAt(holder, keys, value) : (holder ?? null);
  return holder.map((item: Json, index): Json => {
    if (index !== Number(key)) return item;
    return rest.length === 0 ? value : changedWithin(item, rest, value);
  });
}
