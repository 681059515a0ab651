import { messageNameIn } from "../model/proto-json.js";
import { type JsonPick, PickMembers, pickAll, pickAside } from "../util/json-pick.js";
import { describeMessage, type MessageDescription } from "./describe-type.js";
import { inBothSpellings, pickTyped } from "./pick-fields.js";
import { hasOwnForm, typedStructs } from "./read-message.js";

const anyType = "google.protobuf.Any";

/** The fields in question of the messages that have some; of others none. Strings may be set aside (see `pickAside`). */
export interface FieldsOfInterest {
  readonly taken: readonly string[];
  readonly aside?: readonly string[];
}

/** What leads to fields of interest: on which ways through the messages of a resource they may stand, at any depth. An Any may hold any. */
export class WayTo {
  readonly #fieldsOf: (description: MessageDescription) => FieldsOfInterest | undefined;
  readonly #passedOver: ReadonlySet<string>;
  readonly #leading = new Map<string, boolean>();
  readonly #picks = new Map<string, JsonPick>();
  readonly #ofAny: JsonPick = new PickMembers({ ofType: (url) => this.pick(messageNameIn(url)) });

  /** @param passedOver types that are not looked into */
  constructor(fieldsOf: (description: MessageDescription) => FieldsOfInterest | undefined, passedOver: ReadonlySet<string> = new Set()) {
    this.#fieldsOf = fieldsOf;
    this.#passedOver = passedOver;
  }

  /** What of a resource's JSON has to be parsed to come there. */
  pickFrom(type: string): JsonPick {
    return pickTyped(type, () => this.pick(type));
  }

  /** What of a message has to be parsed. All of a TypedStruct, and of a type that this build does not know. */
  pick(type: string): JsonPick {
    let pick = this.#picks.get(type);
    if (pick === undefined) {
      const description = describeMessage(type);
      const isWhole = description === undefined || hasOwnForm(type) || typedStructs.includes(type);
      pick = isWhole ? pickAll : new PickMembers({ members: () => this.#members(description) });
      this.#picks.set(type, pick);
    }
    return pick;
  }

  *#members(description: MessageDescription): Generator<readonly [string, JsonPick]> {
    const own = this.#fieldsOf(description);
    for (const field of description.fields) {
      if (own?.aside?.includes(field.name)) yield* inBothSpellings(field, pickAside);
      else if (own?.taken.includes(field.name)) yield* inBothSpellings(field, pickAll);
      else if (field.kind === "message" && this.#leads(field.type)) {
        const inner = field.type === anyType ? this.#ofAny : this.pick(field.type);
        yield* inBothSpellings(field, field.mapKey === null ? inner : new PickMembers({ every: inner }));
      }
    }
  }

  #leads(from: string): boolean {
    let leads = this.#leading.get(from);
    if (leads === undefined) {
      leads = this.#findWay(from);
      this.#leading.set(from, leads);
    }
    return leads;
  }

  #findWay(from: string): boolean {
    const seen = new Set(this.#passedOver);
    const waiting = [from];
    for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
      if (seen.has(type)) continue;
      const known = this.#leading.get(type);
      if (known === true || type === anyType) return true;
      seen.add(type);
      const description = known === false ? undefined : describeMessage(type);
      if (description === undefined) continue;
      if (this.#fieldsOf(description) !== undefined) return true;
      for (const field of description.fields) if (field.kind === "message") waiting.push(field.type);
    }
    return false;
  }
}
