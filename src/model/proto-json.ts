import type { MessageTypes } from "../generated/messages.js";
import { type JsonObject, member } from "../util/json.js";
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

/** The full message name in a type URL, or a bare one. */
export const messageNameIn = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

/** The full name of the message that an Any holds; "" for an Any that is empty, which has none. */
export const messageNameOf = ({ "@type": url = "" }: Any): string => messageNameIn(url);

/** The full name of the message that an object holds by its "@type"; "" where that is no text. */
export function packedType(json: JsonObject): string {
  const url = member(json, "@type");
  return typeof url === "string" ? messageNameIn(url) : "";
}

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

/** Answers the object that it is given, so that a class built on it adds its private members to that object. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what the class is for
    return object;
  }
}

/**
 * The place of an object, kept on it as a private member: no copy, comparison or serialisation sees it. A WeakMap does the same at
 * several times the cost, and a large dump has a million of them.
 */
class Placed extends Given {
  /** The object around it; for the outermost its JSON pointer. */
  #around: object | string;
  /** The key below the object around it, as the file spells it. */
  #key: string | number;

  constructor(object: object, around: object | string, key: string | number) {
    super(object);
    this.#around = around;
    this.#key = key;
  }

  static record(object: object, around: object | string, key: string | number): void {
    if (#around in object) {
      object.#around = around;
      object.#key = key;
    } else new Placed(object, around, key);
  }

  static pointerTo(object: object): string {
    const keys: (string | number)[] = [];
    let current: object | string = object;
    while (typeof current !== "string") {
      if (!(#around in current)) return pointTo("", ...keys.reverse());
      keys.push(current.#key);
      current = current.#around;
    }
    keys.pop(); // The outermost has a pointer in place of a key.
    return pointTo(current, ...keys.reverse());
  }
}

const spellings = new WeakMap<object, ReadonlyMap<string, string>>();

/** Notes that a decoded object or array stands in another one, under the file's own spelling of the key. For the decoder. */
export function recordPlace(value: object, parent: object, key: string | number): void {
  Placed.record(value, parent, key);
}

/** Notes the JSON pointer of an outermost decoded object. For the decoder. */
export function recordPointer(value: object, at: string): void {
  Placed.record(value, at, "");
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
  return Placed.pointerTo(message);
}
