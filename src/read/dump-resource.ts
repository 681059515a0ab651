import { type Resource, type ResourceKind, type ResourceState, UnreadableInputError, type UpdateFailure } from "../model/snapshot.js";
import { isJsonObject, type JsonObject } from "../util/json.js";
import type { JsonNode } from "../util/json-outline.js";
import { decodeUtf8 } from "../util/utf8.js";
import { memberNode, stringOf } from "./outline-dump.js";
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
  readonly bytes: Uint8Array;
  /** The file's name, for messages. */
  readonly fileName: string;
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
    const { bytes, entry, node, nameField: ownName } = this.#site;
    if (ownName === null) return "";
    return stringOf(bytes, memberNode(bytes, node, ownName)) ?? stringOf(bytes, memberNode(bytes, entry, nameField)) ?? "";
  }

  get versionInfo(): string | null {
    const { bytes, holder } = this.#site;
    return stringOf(bytes, memberNode(bytes, holder, versionInfoField));
  }

  get lastUpdated(): string | null {
    const { bytes, holder } = this.#site;
    return stringOf(bytes, memberNode(bytes, holder, lastUpdatedField));
  }

  get failure(): UpdateFailure | null {
    const { bytes, entry } = this.#site;
    const errorState = memberNode(bytes, entry, errorStateField);
    if (errorState === undefined) {
      const refused = stringOf(bytes, memberNode(bytes, entry, clientStatusField)) === "NACKED";
      return refused ? { details: "", lastUpdateAttempt: null, versionInfo: null } : null;
    }
    const text = (field: FieldName): string | null => stringOf(bytes, memberNode(bytes, errorState, field));
    return { details: text(detailsField) ?? "", lastUpdateAttempt: text(lastUpdateAttemptField), versionInfo: text(versionInfoField) };
  }

  bytes(): Uint8Array {
    const { bytes, node } = this.#site;
    return bytes.subarray(node.start, node.end);
  }

  json(): JsonObject | null {
    const { bytes, node, holder, state } = this.#site;
    if (state === "error" && node === holder) return null;
    const value = this.#parse(bytes, node);
    return isJsonObject(value) ? value : null;
  }

  /** The text is valid by now; what is left to go wrong is a text that the runtime cannot hold. */
  #parse(bytes: Uint8Array, { start, end }: JsonNode): unknown {
    try {
      return JSON.parse(decodeUtf8(bytes, start, end));
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n", 1)[0] : "";
      throw new UnreadableInputError(`cannot read ${this.#site.fileName}: ${this.at} at byte ${start} cannot be parsed (${reason})`);
    }
  }
}
