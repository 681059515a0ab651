import type { Resource, ResourceKind, ResourceState, UpdateFailure } from "../model/snapshot.js";
import { isJsonObject, type JsonChoice, type JsonObject } from "../util/json.js";
import type { JsonNode } from "../util/json-outline.js";
import { type DumpText, parseWithin } from "./dump-text.js";
import { memberNode, stringOf } from "./outline-dump.js";
import { parseChosen } from "./parse-chosen.js";
import {
  clientStatusField,
  detailsField,
  errorStateField,
  type FieldName,
  lastUpdateAttemptField,
  lastUpdatedField,
  nameField,
  versionInfoField,
} from "./section-layouts.js";

/** Where a resource was found. Large dumps hold a hundred thousand of them, so all text is taken from the bytes when it is asked for. */
export interface ResourceSite {
  readonly text: DumpText;
  readonly kind: ResourceKind;
  readonly state: ResourceState;
  readonly nameField: FieldName | null;
  /** The resource; for an error entry without a configuration its error state. */
  readonly node: JsonNode;
  readonly at: string;
  readonly entry: JsonNode;
  readonly entryAt: string;
  /** What holds the resource, its version and its time: the entry, or a state within it. */
  readonly holder: JsonNode;
}

/** A resource of a dump by its place in the file. */
export class DumpResource implements Resource {
  readonly #site: ResourceSite;

  constructor(site: ResourceSite) {
    this.#site = site;
  }

  get kind(): ResourceKind {
    return this.#site.kind;
  }

  get state(): ResourceState {
    return this.#site.state;
  }

  get at(): string {
    return this.#site.at;
  }

  get entryAt(): string {
    return this.#site.entryAt;
  }

  /** The resource's own name, else the entry's: Envoy prints a refused new listener without one. */
  get name(): string {
    const { text, entry, node, nameField: ownName } = this.#site;
    if (ownName === null) return "";
    return stringOf(text, memberNode(node, ownName)) ?? stringOf(text, memberNode(entry, nameField)) ?? "";
  }

  get versionInfo(): string | null {
    const { text, holder } = this.#site;
    return stringOf(text, memberNode(holder, versionInfoField));
  }

  get lastUpdated(): string | null {
    const { text, holder } = this.#site;
    return stringOf(text, memberNode(holder, lastUpdatedField));
  }

  get failure(): UpdateFailure | null {
    const { text, entry } = this.#site;
    const errorState = memberNode(entry, errorStateField);
    if (errorState === undefined) {
      const refused = stringOf(text, memberNode(entry, clientStatusField)) === "NACKED";
      return refused ? { details: "", lastUpdateAttempt: null, versionInfo: null } : null;
    }
    const textOf = (field: FieldName): string | null => stringOf(text, memberNode(errorState, field));
    return {
      details: textOf(detailsField) ?? "",
      lastUpdateAttempt: textOf(lastUpdateAttemptField),
      versionInfo: textOf(versionInfoField),
    };
  }

  bytes(): Uint8Array {
    const { text, node } = this.#site;
    return text.source.read(node.start, node.end);
  }

  json(only?: JsonChoice): JsonObject | null {
    const { text, node, holder, state } = this.#site;
    if (state === "error" && node === holder) return null;
    const value = (only === undefined ? undefined : parseChosen(this.bytes(), only)) ?? parseWithin(text, node, this.at);
    return isJsonObject(value) ? value : null;
  }
}
