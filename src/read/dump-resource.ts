import type { Resource, ResourceKind, ResourceState, UpdateFailure } from "../model/snapshot.js";
import { isJsonObject, type JsonObject } from "../util/json.js";
import type { JsonNode } from "../util/json-outline.js";
import { type JsonPick, type Picked, pickFrom } from "../util/json-pick.js";
import { type DumpText, parseWithin } from "./dump-text.js";
import { isObjectNode, memberNode, stringOf } from "./outline-dump.js";
import {
  clientStatusField,
  detailsField,
  errorStateField,
  type FieldName,
  lastUpdateAttemptField,
  lastUpdatedField,
  nameField,
  type SectionLayout,
  versionInfoField,
} from "./section-layouts.js";

/** Where a resource was found. Large dumps hold a hundred thousand of them, so most text is taken from the file when it is asked for. */
export interface ResourceSite {
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
  readonly state: ResourceState;
  readonly #text: DumpText;
  readonly #layout: Pick<SectionLayout, "kind" | "nameField">;
  readonly #site: ResourceSite;

  constructor(text: DumpText, layout: Pick<SectionLayout, "kind" | "nameField">, state: ResourceState, site: ResourceSite) {
    this.#text = text;
    this.#layout = layout;
    this.state = state;
    this.#site = site;
  }

  get kind(): ResourceKind {
    return this.#layout.kind;
  }

  get at(): string {
    return this.#site.at;
  }

  get entryAt(): string {
    return this.#site.entryAt;
  }

  /** The resource's own name, else the entry's: Envoy prints a refused new listener without one. */
  get name(): string {
    const { entry, node } = this.#site;
    const { nameField: ownName } = this.#layout;
    if (ownName === null) return "";
    return stringOf(this.#text, memberNode(node, ownName)) ?? stringOf(this.#text, memberNode(entry, nameField)) ?? "";
  }

  isNamed(name: string): boolean {
    return this.name === name;
  }

  get versionInfo(): string | null {
    const { holder } = this.#site;
    return stringOf(this.#text, memberNode(holder, versionInfoField));
  }

  get lastUpdated(): string | null {
    const { holder } = this.#site;
    return stringOf(this.#text, memberNode(holder, lastUpdatedField));
  }

  get failure(): UpdateFailure | null {
    const { entry } = this.#site;
    const errorState = memberNode(entry, errorStateField);
    if (errorState === undefined) {
      const refused = stringOf(this.#text, memberNode(entry, clientStatusField)) === "NACKED";
      return refused ? { details: "", lastUpdateAttempt: null, versionInfo: null } : null;
    }
    const textOf = (field: FieldName): string | null => stringOf(this.#text, memberNode(errorState, field));
    return {
      details: textOf(detailsField) ?? "",
      lastUpdateAttempt: textOf(lastUpdateAttemptField),
      versionInfo: textOf(versionInfoField),
    };
  }

  bytes(): Uint8Array {
    const { node } = this.#site;
    return this.#text.source.read(node.start, node.end);
  }

  picked(pick: JsonPick): Picked | null {
    const { node, holder } = this.#site;
    return isObjectNode(node) && (this.state !== "error" || node !== holder) ? pickFrom(this.#text.source, node, pick) : null;
  }

  json(): JsonObject | null {
    const { node, holder } = this.#site;
    if (this.state === "error" && node === holder) return null;
    const value = parseWithin(this.#text, node, this.at);
    return isJsonObject(value) ? value : null;
  }
}
