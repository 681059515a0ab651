import type { Resource, ResourceKind, ResourceState } from "../model/snapshot.js";
import { isJsonObject, type JsonObject } from "../util/json.js";
import { type JsonPick, type Picked, RowPicker } from "../util/json-pick.js";
import { pointTo } from "../util/json-pointer.js";
import type { RowTable } from "../util/json-rows.js";
import { type DumpText, parseWithin } from "./dump-text.js";
import { rowTexts } from "./outline-dump.js";
import type { ResourcePlace } from "./section-layouts.js";

/** The list that rows of a dump stand in. */
export class RowList {
  readonly text: DumpText;
  readonly rows: RowTable;
  readonly kind: ResourceKind;
  readonly place: ResourcePlace;
  /** JSON pointer to the list. */
  readonly at: string;
  /** The one used last: a list is gone over for one purpose after the other. */
  #picker: { readonly pick: JsonPick; readonly of: RowPicker } | undefined;

  constructor(text: DumpText, rows: RowTable, kind: ResourceKind, place: ResourcePlace, at: string) {
    this.text = text;
    this.rows = rows;
    this.kind = kind;
    this.place = place;
    this.at = at;
  }

  picked(row: number, pick: JsonPick): Picked | null {
    if (this.#picker?.pick !== pick) this.#picker = { pick, of: new RowPicker(this.text.source, this.rows, pick) };
    return this.#picker.of.pickedFrom(row);
  }
}

/** A resource of an entry as Envoy prints nearly all of them: one that serves, or warms, and of which no version was refused. */
export class RowResource implements Resource {
  readonly failure = null;
  readonly #list: RowList;
  readonly #row: number;

  constructor(list: RowList, row: number) {
    this.#list = list;
    this.#row = row;
  }

  get kind(): ResourceKind {
    return this.#list.kind;
  }

  get state(): ResourceState {
    return this.#list.place.state;
  }

  get name(): string {
    return this.#list.rows.text(this.#row, rowTexts.name) ?? "";
  }

  isNamed(name: string): boolean {
    return this.#list.rows.hasText(this.#row, rowTexts.name, name);
  }

  get at(): string {
    const { within, holds } = this.#list.place;
    return within === null ? pointTo(this.entryAt, holds.proto) : pointTo(this.entryAt, within.proto, holds.proto);
  }

  get entryAt(): string {
    return pointTo(this.#list.at, this.#row);
  }

  get versionInfo(): string | null {
    return this.#list.rows.text(this.#row, rowTexts.versionInfo);
  }

  get lastUpdated(): string | null {
    return this.#list.rows.text(this.#row, rowTexts.lastUpdated);
  }

  bytes(): Uint8Array {
    const { text, rows } = this.#list;
    return text.source.read(rows.valueStart(this.#row), rows.valueEnd(this.#row));
  }

  picked(pick: JsonPick): Picked | null {
    return this.#list.picked(this.#row, pick);
  }

  json(): JsonObject | null {
    const { text, rows } = this.#list;
    const value = parseWithin(text, { start: rows.valueStart(this.#row), end: rows.valueEnd(this.#row) }, this.at);
    return isJsonObject(value) ? value : null;
  }
}
