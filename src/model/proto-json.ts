import type { MessageTypes } from "../generated/messages.js";
import { pointTo } from "../util/json-pointer.js";

/** A google.protobuf.Duration as ProtoJSON writes it, without trailing zeros: `"0.25s"`. */
export type Duration = string;
/** A google.protobuf.Timestamp as ProtoJSON writes it. */
export type Timestamp = string;
/** An enum value that the descriptors do not know; it stands in a union beside the names that they know. */
export type UnknownEnumValue = string & Record<never, never>;

/** A google.protobuf.Any: the packed message inline, beside its type URL. */
export interface Any {
  readonly "@type": string;
}

export type MessageName = keyof MessageTypes;

const urlPrefix = "type.googleapis.com/";

/** The full message name in a type URL. */
export const messageNameOf = (any: Any): string => any["@type"].slice(any["@type"].lastIndexOf("/") + 1);

/** The type URL of a full message name. */
export const typeUrlOf = (name: string): string => urlPrefix + name;

/** Does this Any hold a message of that type? Narrows it to the message's fields. */
export function holds<Name extends MessageName>(any: Any | undefined, name: Name): any is Any & MessageTypes[Name] {
  return any !== undefined && messageNameOf(any) === name;
}

/** The message in an Any when it is of that type, else undefined. */
export function unpack<Name extends MessageName>(any: Any | undefined, name: Name): (Any & MessageTypes[Name]) | undefined {
  return holds(any, name) ? any : undefined;
}

/** A duration in milliseconds; undefined for undefined. */
export function milliseconds(duration: Duration): number;
export function milliseconds(duration: Duration | undefined): number | undefined;
export function milliseconds(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : Number(duration.slice(0, -1)) * 1000;
}

/** Where a decoded message stands: below its parent under the file's own spelling of the key, or at a pointer. */
export type Place = { readonly parent: object; readonly key: string | number } | { readonly at: string };

const places = new WeakMap<object, Place>();
const spellings = new WeakMap<object, ReadonlyMap<string, string>>();

/** Notes where a decoded object or array stands. For the decoder. */
export function recordPlace(value: object, place: Place): void {
  places.set(value, place);
}

/** Notes the file's spelling of those fields that it does not spell by their proto name. For the decoder. */
export function recordSpellings(message: object, fileKeys: ReadonlyMap<string, string>): void {
  spellings.set(message, fileKeys);
}

/**
 * The JSON pointer of a decoded message, or of one of its fields, in the file it was decoded from.
 * A field that is not set has its message's pointer: there the default is to be seen.
 */
export function placeOf(message: object, field?: string): string {
  if (field !== undefined) {
    const own = placeOf(message);
    return Object.hasOwn(message, field) ? pointTo(own, spellings.get(message)?.get(field) ?? field) : own;
  }
  const keys: (string | number)[] = [];
  let at = "";
  for (let current: object | undefined = message; current !== undefined; ) {
    const place: Place | undefined = places.get(current);
    if (place === undefined) break;
    if ("at" in place) {
      at = place.at;
      break;
    }
    keys.push(place.key);
    current = place.parent;
  }
  return pointTo(at, ...keys.reverse());
}
