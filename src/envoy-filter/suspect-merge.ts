import { fingerprint } from "../identity/fingerprint.js";
import { identityOfList } from "../identity/identity-of-list.js";
import { itemKey } from "../identity/item-key.js";
import { typeOfValue } from "../identity/value-type.js";
import { listFew } from "../match/wording.js";
import { packedType, placeOf } from "../model/proto-json.js";
import { isDefault } from "../proto/canonical-scalar.js";
import { describeMessage, type FieldDescription } from "../proto/describe-type.js";
import { wrappedBy } from "../proto/wrapped-by.js";
import { isDeepEqual } from "../util/deep-equal.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { jsonExcerpt } from "../util/json-excerpt.js";
import { pointTo, valueAt } from "../util/json-pointer.js";
import type { JournalledChange } from "./journal.js";
import { type MergeSite, mergeSites } from "./merge-sites.js";
import { chainSocketFor } from "./merge-transport-socket.js";
import { messageIn, nameOf } from "./message-fields.js";
import type { Suspicion } from "./patch-account.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** What is suspicious about one merge. `at` is a pointer into the config patch. */
export function* suspectMerge(change: JournalledChange & { readonly kind: "merged" }, written: JsonObject): Generator<Suspicion> {
  const { patch, before } = change;
  yield* suspectPassedOver(patch, before);
  for (const site of mergeSites(patch, before)) {
    if (patch.operation === "MERGE") yield* suspectAppended(site);
    yield* suspectDefaults(site, written);
    yield* suspectReplaced(site);
  }
}

const pointer = (message: JsonObject, field?: string): string => `/patch/value${placeOf(message, field)}`;

/** What the target makes a merge pass over. */
function* suspectPassedOver({ applyTo, value }: PreparedPatch, before: JsonObject): Generator<Suspicion> {
  if (applyTo === "NETWORK_FILTER" || applyTo === "HTTP_FILTER") {
    if (messageIn(before, "typed_config") !== undefined) return;
    yield { code: "value-ignored", at: "/patch/value", message: `${nameOf(before)} has no typed_config, so nothing is merged into it` };
  } else if (applyTo === "FILTER_CHAIN" && chainSocketFor(before, value) !== undefined) {
    for (const key of Object.keys(value)) {
      if (key === "transport_socket") continue;
      const message = `the chain has a transport socket of the patch's name, so only that is merged, not ${key}`;
      yield { code: "value-ignored", at: pointer(value, key), message };
    }
  }
}

/** Lists that are appended to though an item of that identity is there, or though what stands first counts. */
function* suspectAppended({ type, patch, target }: MergeSite): Generator<Suspicion> {
  for (const field of describeMessage(type)?.fields ?? []) {
    const [added, there] = [patch[field.name], target[field.name]];
    if (!field.repeated || !Array.isArray(added) || !Array.isArray(there) || there.length === 0) continue;
    const identity = identityOfList(type, field);
    // A name that is a mere label may stand there twice; the same item may not.
    const key = (item: Json) => (identity.label ? undefined : itemKey(identity, field, item));
    const keyOf = (item: Json): string => key(item)?.text ?? fingerprint(typeOfValue(field, item), item);
    const known = new Set(there.map(keyOf));
    const at = pointer(patch, field.name);
    const why = identity.why === "" ? "" : ` (${identity.why})`;
    const twice = added.filter((item: Json) => known.has(keyOf(item)));
    for (const item of twice) {
      const spelling = itemKey(identity, field, item)?.spelling ?? `[${jsonExcerpt(item, 60)}]`;
      yield { code: "duplicate-item", at, message: `MERGE appends a second ${field.name}${spelling} and leaves the first${why}` };
    }
    if (twice.length > 0 || identity.order !== "decides" || field.kind === "message") continue;
    yield { code: "appended-behind", at, message: `MERGE appends to ${field.name}, behind what is there${why}` };
  }
}

/** Values of the patch that a merge takes for not set, where the target has others. */
function* suspectDefaults({ type, patch, target }: MergeSite, written: JsonObject): Generator<Suspicion> {
  const raw = valueAt(written, placeOf(patch));
  if (!isJsonObject(raw)) return;
  for (const key of Object.keys(raw)) {
    const field = describeMessage(type)?.field(key);
    if (field === undefined || !Object.hasOwn(target, field.name)) continue;
    if (!isLost(field, raw[key] ?? null, patch[field.name], target[field.name] ?? null)) continue;
    const shown = JSON.stringify(raw[key]);
    const message = `${field.name}: ${shown} is the default, which a merge takes for not set; it stays as it is`;
    yield { code: "default-not-merged", at: pointTo(pointer(patch), key), message };
  }
}

function isLost(field: FieldDescription, raw: Json, merged: Json | undefined, target: Json): boolean {
  if (field.repeated) return Array.isArray(raw) && raw.length === 0;
  if (field.mapKey !== null || raw === null) return false;
  const wrapped = field.kind === "message" ? wrappedBy(field.type) : undefined;
  if (wrapped !== undefined) return merged !== undefined && isDefault(wrapped, merged) && !isDeepEqual(merged, target);
  return field.kind !== "message" && merged === undefined;
}

/** What is replaced whole, with all that only the target had. */
function* suspectReplaced({ type, patch, target }: MergeSite): Generator<Suspicion> {
  for (const field of describeMessage(type)?.fields ?? []) {
    const [added, there] = [patch[field.name], target[field.name]];
    if (field.kind !== "message" || field.repeated || !isJsonObject(added) || !isJsonObject(there)) continue;
    if (field.mapKey !== null || field.type === "google.protobuf.Struct") {
      for (const key of Object.keys(added))
        yield* replacedWhole(`${field.name}[${JSON.stringify(key)}]`, added[key], own(there, key), pointer(patch, field.name));
    } else if (field.type === "google.protobuf.Any") yield* replacedWhole(field.name, added, there, pointer(patch, field.name));
  }
}

const own = (map: JsonObject, key: string): Json | undefined => (Object.hasOwn(map, key) ? map[key] : undefined);

function* replacedWhole(what: string, added: Json | undefined, there: Json | undefined, at: string): Generator<Suspicion> {
  if (!isJsonObject(added) || !isJsonObject(there)) return;
  const [type, was] = [packedType(added), packedType(there)];
  if (type !== was) {
    yield { code: "any-replaced", at, message: `${what} is replaced whole: a ${was} by a ${type}` };
    return;
  }
  const lost = Object.keys(there).filter((key) => !Object.hasOwn(added, key));
  if (lost.length > 0) yield { code: "any-replaced", at, message: `${what} is replaced whole, not merged: it loses ${listFew(lost)}` };
}
