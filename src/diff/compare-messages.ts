import { fingerprint } from "../identity/fingerprint.js";
import { identityOfList } from "../identity/identity-of-list.js";
import { type Declared, fieldOf, typeOfValue, typesIn } from "../identity/value-type.js";
import { placeOf } from "../model/proto-json.js";
import type { FieldDescription } from "../proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { type AlignedItem, alignLists, isInOrder } from "./align-lists.js";
import { isRenewal, renewedFields, tlsCertificateType } from "./certificate-renewal.js";
import type { ChangeOp, ListPosition } from "./change.js";
import type { Difference, Findings, Placed, TrailMessage } from "./difference.js";
import { hideInField, hideSensitive, hideTexts } from "./hide-sensitive.js";
import { itemsOf, type ListItem, pairLeftovers, positionOf, shownKeys } from "./list-items.js";
import { orderOf } from "./list-order.js";
import { type Step, spellPath, stepsOf, type Trail } from "./trail.js";

export interface CompareOptions {
  /** The step that leads from the resource to the messages; absent: they are the resource. */
  readonly within?: Step;
  /** Fields of fields that are compared elsewhere: `static_resources.listeners`. */
  readonly skip?: readonly string[];
}

/**
 * Compares two messages in canonical ProtoJSON by their type: fields by name, items of lists by identity.ts. A field, an item or
 * a message that only one side has is one difference, however much is in it.
 *
 * @param type full name of the message type; an `@type` of their own goes before it
 */
export function compareMessages(type: string, old: JsonObject, now: JsonObject, findings: Findings, options: CompareOptions = {}): void {
  const trail = options.within === undefined ? null : { parent: null, step: options.within };
  const walk = new Walk(findings, options.skip ?? []);
  walk.both(
    { kind: "message", type },
    { value: old, at: () => placeOf(old) },
    { value: now, at: () => placeOf(now) },
    { trail, around: [], sensitive: false },
  );
}

/** Where the walk is. */
interface Here {
  readonly trail: Trail;
  /** Within a field that Envoy's definitions mark as sensitive: no text of it may be shown. */
  readonly sensitive: boolean;
  readonly around: readonly TrailMessage[];
}

class Walk {
  readonly #findings: Findings;
  readonly #skip: readonly string[];

  constructor(findings: Findings, skip: readonly string[]) {
    this.#findings = findings;
    this.#skip = skip;
  }

  /** Two values of one field or item. */
  both(declared: Declared, old: Placed, now: Placed, here: Here): void {
    const before = typeOfValue(declared, old.value);
    const after = typeOfValue(declared, now.value);
    if (before.kind === "message" && after.kind === "message" && before.type === after.type) {
      if (isJsonObject(old.value) && isJsonObject(now.value)) this.#message(before.type, old.value, now.value, here);
    } else if (before.kind === "json" && after.kind === "json" && typeUrlIn(old.value) === typeUrlIn(now.value)) {
      this.#json(before.opaque, old, now, here);
    } else if (before.kind !== "single" || after.kind !== "single" || old.value !== now.value) {
      this.#note("change", declared, old, now, here);
    }
  }

  /** Values of one field or item that one side may lack. */
  #either(declared: Declared, old: Placed | undefined, now: Placed | undefined, here: Here, position?: ListPosition): void {
    if (old !== undefined && now !== undefined) this.both(declared, old, now, here);
    else if (now !== undefined) this.#note("add", declared, undefined, now, here, position);
    else if (old !== undefined) this.#note("remove", declared, old, undefined, here, position);
  }

  #message(type: string, old: JsonObject, now: JsonObject, outside: Here): void {
    const { trail, around } = outside;
    const here: Here = { ...outside, around: [...around, { type, message: now, depth: depthOf(trail) }] };
    let keys = keysOfBoth(old, now).filter((key) => key !== "@type" && !this.#skips(trail, key));
    if (type === tlsCertificateType && differsIn(type, ["certificate_chain"], old, now) && isRenewal(old, now)) {
      const at = { old: placeOf(old), new: placeOf(now) };
      this.#findings.ignore("certificate-renewal", () => ({ path: spellPath(stepsOf(trail)), ...at }));
      keys = keys.filter((key) => !renewedFields.includes(key));
    }
    const switches = switchedOneofs(type, keys, old, now);
    for (const key of keys) {
      const field = fieldOf(type, key);
      const switched = switches.get(field?.oneof ?? "");
      if (switched === undefined || (switched.old !== key && switched.now !== key)) this.#field(type, key, field, old, now, here);
      else if (switched.now === key) this.#switched(type, switched, old, now, here);
    }
  }

  #skips(trail: Trail, key: string): boolean {
    return this.#skip.length > 0 && trail !== null && trail.parent === null && this.#skip.includes(`${trail.step.field}.${key}`);
  }

  /** One member of a oneof has taken the place of another: one change, at the oneof's name. */
  #switched(type: string, { oneof, old: oldKey, now: newKey }: SwitchedOneof, old: JsonObject, now: JsonObject, here: Here): void {
    const sides = [
      { key: oldKey, value: old[oldKey] ?? null },
      { key: newKey, value: now[newKey] ?? null },
    ];
    this.#push("change", below(here, { message: type, field: oneof, key: "", instance: false }), {
      before: { [oldKey]: hideInField(type, oldKey, old[oldKey] ?? null) },
      after: { [newKey]: hideInField(type, newKey, now[newKey] ?? null) },
      print: sides.map(({ key, value }) => fingerprint({ kind: "message", type }, { [key]: value })).join("→"),
      valueTypes: sides.flatMap(({ key, value }) => {
        const field = fieldOf(type, key);
        return field === undefined ? [] : typesIn(typeOfValue(field, value), value);
      }),
      old: placeOf(old, oldKey),
      new: placeOf(now, newKey),
    });
  }

  #field(type: string, key: string, field: FieldDescription | undefined, old: JsonObject, now: JsonObject, here: Here): void {
    const was = memberOf(old, key);
    const is = memberOf(now, key);
    if (field?.repeated === true) this.#list(type, field, was ?? nothingIn(old), is ?? nothingIn(now), here);
    else if (field !== undefined && field.mapKey !== null) this.#map(type, field, was, is, here);
    else
      this.#either(field ?? { kind: "json", opaque: true }, was, is, below(here, { message: type, field: key, key: "", instance: false }));
  }

  #map(type: string, field: FieldDescription, old: Placed | undefined, now: Placed | undefined, here: Here): void {
    for (const key of keysOfBoth(old?.value, now?.value)) {
      const step = { message: type, field: field.name, key: `[${JSON.stringify(key)}]`, instance: false };
      this.#either(field, innerOf(old, key), innerOf(now, key), below(here, step));
    }
  }

  #list(type: string, field: FieldDescription, oldList: Placed, newList: Placed, here: Here): void {
    const identity = identityOfList(type, field);
    const old = itemsOf(identity, field, oldList);
    const now = itemsOf(identity, field, newList);
    const aligned = alignLists(old, now, identity.order);
    const itemStep = (key: string): Here => below(here, { message: type, field: field.name, key, instance: identity.instances });
    const ordered = identity.order === "decides" || identity.order === "where-both-match";
    const leftovers = pairLeftovers(identity, field, old, now, aligned);
    const pairs = [...aligned.pairs, ...leftovers.rematched, ...leftovers.renamed];
    const order = orderOf(identity.order, pairs, aligned, [valuesOf(old), valuesOf(now)]);
    if (order === "decides") {
      this.#push("reorder", below(here, { message: type, field: field.name, key: "", instance: false }), {
        ...shownKeys(field, old, now, pairs),
        old: oldList.at(),
        new: newList.at(),
      });
    } else if (order === "meaningless") {
      const list = below(here, { message: type, field: field.name, key: "", instance: false });
      this.#findings.ignore("order", () => ({ path: spellPath(stepsOf(list.trail)), old: oldList.at(), new: newList.at() }));
    }
    const partners = new Map([...aligned.pairs, ...leftovers.rematched].map(([left, right]) => [right, old[left]]));
    const formerly = new Map(leftovers.renamed.map(([left, right]) => [right, old[left]]));
    for (const [index, item] of now.entries()) {
      const former = formerly.get(index);
      if (former !== undefined) this.#renamed(field, former, item, itemStep(former.spelling));
      else this.#either(field, partners.get(index)?.item, item.item, itemStep(item.spelling), ordered ? positionOf(now, index) : undefined);
    }
    for (const index of leftovers.removed) {
      const item = old[index];
      if (item !== undefined)
        this.#either(field, item.item, undefined, itemStep(item.spelling), ordered ? positionOf(old, index) : undefined);
    }
  }

  #renamed(field: FieldDescription, old: ListItem, now: ListItem, here: Here): void {
    const type = typeOfValue(field, now.item.value);
    const step = { message: type.kind === "message" ? type.type : null, field: "name", key: "", instance: false };
    this.#push("rename", below(here, step), {
      before: old.itemKey?.values[0] ?? null,
      after: now.itemKey?.values[0] ?? null,
      valueTypes: typesIn(type, now.item.value),
      old: pointTo(old.item.at(), "name"),
      new: pointTo(now.item.at(), "name"),
    });
  }

  /** Plain JSON: objects by key, lists along what they have in common. */
  #json(opaque: boolean, old: Placed, now: Placed, here: Here): void {
    const declared: Declared = { kind: "json", opaque };
    if (isJsonObject(old.value) && isJsonObject(now.value)) {
      for (const key of keysOfBoth(old.value, now.value)) {
        this.#either(declared, innerOf(old, key), innerOf(now, key), below(here, { message: null, field: key, key: "", instance: false }));
      }
    } else if (Array.isArray(old.value) && Array.isArray(now.value)) this.#jsonList(declared, old, now, here);
    else if (old.value !== now.value) this.#note("change", declared, old, now, here);
  }

  #jsonList(declared: Declared & { readonly kind: "json" }, oldList: Placed, newList: Placed, here: Here): void {
    const old = jsonItems(oldList);
    const now = jsonItems(newList);
    const aligned = alignLists(old, now, "decides");
    if (!isInOrder(aligned.pairs)) {
      this.#push("reorder", here, {
        before: oldList.value,
        after: newList.value,
        old: oldList.at(),
        new: newList.at(),
        opaque: declared.opaque,
      });
    }
    const partners = new Map(aligned.pairs.map(([left, right]) => [right, old[left]?.item]));
    const itemStep = (index: number): Here => below(here, { message: null, field: "", key: `[#${index}]`, instance: false });
    for (const [index, { item }] of now.entries()) {
      const partner = partners.get(index);
      if (partner === undefined) this.#note("add", declared, undefined, item, itemStep(index));
      else this.#json(declared.opaque, partner, item, itemStep(index));
    }
    for (const index of aligned.removed) this.#note("remove", declared, old[index]?.item, undefined, itemStep(index));
  }

  #note(op: ChangeOp, declared: Declared, old: Placed | undefined, now: Placed | undefined, here: Here, position?: ListPosition): void {
    const sides = [old, now].map((side) => ({ side, type: typeOfValue(declared, side?.value ?? null) }));
    const shown = ({ value }: Placed): Json => hideSensitive(typeOfValue(declared, value), value);
    this.#push(op, here, {
      before: old === undefined ? undefined : shown(old),
      after: now === undefined ? undefined : shown(now),
      print: sides.map(({ side, type }) => (side === undefined ? "" : fingerprint(type, side.value))).join("→"),
      valueTypes: sides.flatMap(({ side, type }) => (side === undefined ? [] : typesIn(type, side.value))),
      old: old?.at() ?? null,
      new: now?.at() ?? null,
      position,
      opaque: sides.some(({ type }) => type.kind === "json" && type.opaque),
    });
  }

  #push(op: ChangeOp, { trail, around, sensitive }: Here, found: Partial<Difference> & Pick<Difference, "old" | "new">): void {
    const { before, after, position, print = JSON.stringify([before ?? null, after ?? null]), valueTypes = [], opaque = false } = found;
    const shown = (value: Json | undefined): Json | undefined => (sensitive && value !== undefined ? hideTexts(value) : value);
    this.#findings.differences.push({
      op,
      steps: stepsOf(trail),
      around,
      valueTypes,
      before: shown(before),
      after: shown(after),
      print,
      old: found.old,
      new: found.new,
      position,
      opaque,
    });
  }
}

function below({ trail, around, sensitive }: Here, step: Step): Here {
  const secret = step.message !== null && fieldOf(step.message, step.field)?.sensitive === true;
  return { trail: { parent: trail, step }, around, sensitive: sensitive || secret };
}

function depthOf(trail: Trail): number {
  let depth = 0;
  for (let at = trail; at !== null; at = at.parent) depth++;
  return depth;
}

function memberOf(message: JsonObject, key: string): Placed | undefined {
  return Object.hasOwn(message, key) ? { value: message[key] ?? null, at: () => placeOf(message, key) } : undefined;
}

/** A list that a message does not have; it would stand in that message. */
const nothingIn = (message: JsonObject): Placed => ({ value: [], at: () => placeOf(message) });

function innerOf(parent: Placed | undefined, key: string): Placed | undefined {
  if (!isJsonObject(parent?.value) || !Object.hasOwn(parent.value, key)) return undefined;
  return { value: parent.value[key] ?? null, at: () => pointTo(parent.at(), key) };
}

function keysOfBoth(old: Json | undefined, now: Json | undefined): readonly string[] {
  return [...new Set([now, old].flatMap((value) => (isJsonObject(value) ? Object.keys(value) : [])))];
}

const valuesOf = (items: readonly ListItem[]): readonly Json[] => items.map(({ item }) => item.value);

const typeUrlIn = (value: Json): Json | undefined => (isJsonObject(value) && Object.hasOwn(value, "@type") ? value["@type"] : undefined);

function jsonItems(list: Placed): readonly (AlignedItem & { readonly item: Placed })[] {
  const values: readonly Json[] = Array.isArray(list.value) ? list.value : [];
  return values.map((value, index) => ({
    key: null,
    secondKey: null,
    print: () => fingerprint({ kind: "json", opaque: true }, value),
    item: { value, at: () => pointTo(list.at(), index) },
  }));
}

function differsIn(type: string, fields: readonly string[], old: JsonObject, now: JsonObject): boolean {
  const print = (message: JsonObject): string =>
    fingerprint({ kind: "message", type }, Object.fromEntries(fields.map((field) => [field, message[field] ?? null])));
  return print(old) !== print(now);
}

interface SwitchedOneof {
  readonly oneof: string;
  readonly old: string;
  readonly now: string;
}

/** The oneofs of which each side has another member. */
function switchedOneofs(type: string, keys: readonly string[], old: JsonObject, now: JsonObject): ReadonlyMap<string, SwitchedOneof> {
  const switched = new Map<string, SwitchedOneof>();
  const gone = keys.filter((key) => !Object.hasOwn(now, key));
  if (gone.length === 0) return switched;
  for (const key of keys) {
    if (Object.hasOwn(old, key)) continue;
    const oneof = fieldOf(type, key)?.oneof ?? null;
    const was = oneof === null ? undefined : gone.find((other) => fieldOf(type, other)?.oneof === oneof);
    if (oneof !== null && was !== undefined) switched.set(oneof, { oneof, old: was, now: key });
  }
  return switched;
}
