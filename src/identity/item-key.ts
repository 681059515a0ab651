import { decodeAddress } from "../decode/decode-address.js";
import type { Address as AddressMessage } from "../generated/messages.js";
import { formatAddress } from "../model/address.js";
import { describeEnum, type FieldDescription } from "../proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { fingerprint } from "./fingerprint.js";
import type { ListIdentity } from "./identity.js";
import { spellKey } from "./spell-key.js";
import { fieldOf, typeOfValue, type ValueType } from "./value-type.js";

/** What identifies an item among the others of its list. */
export interface ItemKey {
  /** Equal for items that are the same one in both lists. */
  readonly text: string;
  /** As a path writes it. */
  readonly spelling: string;
  /** The paths within the item that it is made of. */
  readonly fields: readonly string[];
  /** What stands there. */
  readonly values: readonly Json[];
}

/**
 * The key of an item by the nth of the list's keys that the item has (0-based); undefined where it has not so many.
 * A name is a key only where it is not empty.
 */
export function itemKey(identity: ListIdentity, field: FieldDescription, item: Json, nth = 0): ItemKey | undefined {
  let left = nth;
  for (const fields of identity.keys) {
    const parts = fields.flatMap((path) => partAt(field, item, path) ?? []);
    if (parts.length === 0 || left-- > 0) continue;
    return {
      // Names of headers are one in any case, so that their order counts among all of those.
      text: JSON.stringify(parts.map(({ label, print }) => [label, identity.order === "within-key" ? print.toLowerCase() : print])),
      spelling: spellKey(parts),
      fields: parts.map(({ label }) => label),
      values: parts.map(({ value }) => value),
    };
  }
  return undefined;
}

function partAt(field: FieldDescription, item: Json, path: string): { label: string; value: Json; print: string } | undefined {
  if (path === "") return { label: "", value: item, print: fingerprint(typeOfValue(field, item), item) };
  let value = item;
  let description: FieldDescription | undefined = field;
  for (const step of path.split(".")) {
    const type: ValueType | undefined = description === undefined ? undefined : typeOfValue(description, value);
    description = type?.kind === "message" ? fieldOf(type.type, step) : undefined;
    const inner = member(value, step) ?? (description?.kind === "enum" ? describeEnum(description.type)?.zero : undefined);
    if (inner === undefined) return undefined;
    value = inner;
  }
  if (description === undefined || value === "") return undefined;
  if (description.kind === "message" && description.type === "envoy.config.core.v3.Address" && isAddress(value)) {
    const address = decodeAddress(value);
    if (address !== null) return { label: path, value: formatAddress(address), print: formatAddress(address) };
  }
  const print = description.repeated ? JSON.stringify(value) : fingerprint(typeOfValue(description, value), value);
  return { label: path, value, print };
}

const isAddress = (value: Json): value is JsonObject & AddressMessage => isJsonObject(value);
