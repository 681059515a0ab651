import type { Resource } from "../model/snapshot.js";
import { type Json, type JsonObject, member } from "../util/json.js";
import { valueAt } from "../util/json-pointer.js";

/** One of the messages that a change might apply to, where it stands in NEW. */
export interface CountedMessage {
  readonly resource: Resource;
  /** The resource as it stands in the file. */
  readonly json: JsonObject;
  readonly at: string;
  /** Is the resource in NEW alone? */
  readonly added: boolean;
}

/** Something in which those that have a change may differ from those that have not, and how that is said of the latter. */
interface Trait {
  of(counted: CountedMessage): string | null;
  say(value: string): string;
}

const traits: readonly Trait[] = [
  { of: ({ added }) => (added ? "added" : null), say: () => "new" },
  { of: ({ resource }) => (resource.state === "static" ? "static" : null), say: () => "static" },
  { of: (counted) => textIn(valueAround(counted), "name"), say: (name) => `named ${name}` },
  { of: ({ json }) => textIn(json, "traffic_direction", "trafficDirection"), say: (direction) => direction.toLowerCase() },
  { of: (counted) => textIn(ownValue(counted), "type"), say: (type) => `of type ${type}` },
  { of: (counted) => (member(valueAround(counted), "transport_socket") === undefined ? null : "tls"), say: () => "with TLS" },
];

/**
 * What sets an exception apart from all that have the change, in words that follow "which is": `static`, `named lab.tcp_proxy`;
 * null where nothing that is looked at does.
 */
export function exceptionTeller(changed: readonly CountedMessage[]): (exception: CountedMessage) => string | null {
  const usual = traits.map((trait) => new Set(changed.map((each) => trait.of(each))));
  return (exception) => {
    for (const [index, trait] of traits.entries()) {
      const value = trait.of(exception);
      if (value !== null && usual[index]?.has(value) === false) return trait.say(value);
    }
    return null;
  };
}

function textIn(value: Json | undefined, ...keys: readonly string[]): string | null {
  const found = keys.map((key) => member(value, key)).find((text) => typeof text === "string" && text !== "");
  return typeof found === "string" ? found : null;
}

/** The message itself. */
const ownValue = ({ resource, json, at }: CountedMessage): Json | undefined => valueAt(json, at.slice(resource.at.length));

/** What holds the message: of a filter's configuration the filter; the resource itself where nothing does. */
function valueAround({ resource, json, at }: CountedMessage): Json | undefined {
  const inside = at.slice(resource.at.length);
  return inside === "" ? undefined : valueAt(json, inside.slice(0, inside.lastIndexOf("/")));
}
