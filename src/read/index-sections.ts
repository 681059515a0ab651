import type { ReadProblem, Resource, ResourceKind, ResourceState, Section, SectionName, UnknownSection } from "../model/snapshot.js";
import { sourceOf } from "../util/byte-source.js";
import { type JsonNode, RowsNode } from "../util/json-outline.js";
import { pointTo } from "../util/json-pointer.js";
import { DumpResource, type ResourceSite } from "./dump-resource.js";
import type { FoundParts, FoundSection } from "./dump-shapes.js";
import { type DumpText, wellFormed } from "./dump-text.js";
import { isArrayNode, isNull, isObjectNode, memberNode, rowPlaceOf, stringOf } from "./outline-dump.js";
import { RowList, RowResource } from "./row-resource.js";
import {
  clientStatusField,
  detailsField,
  errorStateField,
  type FieldName,
  isField,
  lastUpdateAttemptField,
  lastUpdatedField,
  nameField,
  type ResourcePlace,
  type SectionField,
  type SectionLayout,
  sectionFieldOf,
  versionInfoField,
} from "./section-layouts.js";

/** What the sections of a dump hold, and what was odd about them. */
export interface SectionIndex {
  readonly sections: readonly Section[];
  readonly unknownSections: readonly UnknownSection[];
  readonly resources: ReadonlyMap<ResourceKind, readonly Resource[]>;
  readonly problems: readonly ReadProblem[];
  /** Does some entry say when Envoy took it? */
  readonly saysLastUpdated: boolean;
}

/** Finds every resource in the parts of a dump, in the order of the files. Parses nothing; a bad entry is a problem and is passed over. */
export function indexParts(documents: readonly IndexedDocument[]): SectionIndex {
  const indexer = new SectionIndexer();
  for (const document of documents) indexer.addDocument(document);
  return indexer;
}

/** One file of a snapshot, and what it holds of a dump. */
export interface IndexedDocument {
  readonly text: DumpText;
  readonly parts: FoundParts;
}

const keysOf = (...fields: readonly FieldName[]): readonly string[] => fields.flatMap(({ proto, json }) => [proto, json]);
const sectionScalars = new Set(["@type", ...keysOf(versionInfoField, lastUpdatedField)]);
const entryScalars = keysOf(nameField, versionInfoField, lastUpdatedField, clientStatusField, errorStateField);
const stateScalars = new Set(keysOf(versionInfoField, lastUpdatedField));
const errorStateScalars = new Set(keysOf(versionInfoField, detailsField, lastUpdateAttemptField));

class SectionIndexer implements SectionIndex {
  readonly sections: Section[] = [];
  readonly unknownSections: UnknownSection[] = [];
  readonly resources = new Map<ResourceKind, Resource[]>();
  readonly problems: ReadProblem[] = [];
  saysLastUpdated = false;
  #text: DumpText = { source: sourceOf(new Uint8Array()), start: 0, shown: "", ofWhat: "" };
  /** Entries that are no entries, by what they should be and the list they stand in: a mask takes the same from each of them. */
  readonly #malformed = new Map<string, { more?: number }>();
  /** Unknown members that were named already: a new field stands in every entry of a section. */
  #named = new Set<string>();

  addDocument({ text, parts }: IndexedDocument): void {
    this.#text = text;
    wellFormed(text, () => this.#addParts(parts));
  }

  #addParts({ sections = [], entries = [], resources = [] }: FoundParts): void {
    for (const section of sections) this.#addSection(section);
    this.#named = new Set();
    for (const { layout, field, node, at } of entries) {
      this.#addLone(layout.name, at);
      this.#addEntry(layout, field, node, at);
    }
    for (const { layout, state, node, at } of resources) {
      this.#addLone(layout.name, at);
      this.#addResource(layout, state, { node, at, entry: node, entryAt: at, holder: node });
    }
  }

  /** A section of which there are only pieces begins with the first of them. */
  #addLone(name: SectionName, at: string): void {
    if (this.sections.every((section) => section.name !== name)) this.sections.push({ name, at, versionInfo: null });
  }

  #addSection({ node, at, type, layout }: FoundSection): void {
    if (layout === null) {
      this.unknownSections.push({ type, at });
      this.problems.push({ code: "unknown-section", at, type });
      return;
    }
    // Envoy prints one ECDS section per kind of filter that it discovers; every other section once.
    if (layout.name !== "ecds" && this.sections.some(({ name }) => name === layout.name))
      this.problems.push({ code: "duplicate-section", at, section: layout.name });
    this.sections.push({ name: layout.name, at, versionInfo: stringOf(this.#text, memberNode(node, versionInfoField)) });
    this.#named = new Set();
    for (const member of node.children) {
      const field = sectionFieldOf(layout, member.key);
      if (field !== undefined) this.#addField(layout, field, node, at, member);
      else if (!sectionScalars.has(member.key)) this.#nameUnknown(member, at);
    }
  }

  #addField(layout: SectionLayout, field: SectionField, section: JsonNode, at: string, member: JsonNode): void {
    const memberAt = pointTo(at, member.key);
    if (isNull(member)) return;
    if (field.shape === "single") {
      for (const place of field.places) this.#addFrom(layout, field, place, section, at, section, at);
      return;
    }
    if (!isArrayNode(member)) {
      this.#addMalformed(memberAt, "a list");
      return;
    }
    if (member instanceof RowsNode) this.#addRows(layout, field, member, memberAt);
    else for (const [index, entry] of member.children.entries()) this.#addEntry(layout, field, entry, pointTo(memberAt, index));
  }

  #addRows(layout: SectionLayout, field: SectionField, list: RowsNode, at: string): void {
    const { rows } = list;
    const place = rowPlaceOf(field);
    const rowList = place === undefined ? undefined : new RowList(this.#text, rows, layout.kind, place, at);
    let others = 0;
    for (let row = 0; row < rows.count; row++) {
      if (rowList === undefined || !rows.isRegular(row)) {
        others++;
        const entry = others > fewOthers ? list.children[row] : undefined;
        this.#addEntry(layout, field, entry ?? list.element(row), pointTo(at, row));
        continue;
      }
      const resource = new RowResource(rowList, row);
      this.saysLastUpdated ||= resource.lastUpdated !== null;
      this.#add(resource);
    }
  }

  #addEntry(layout: SectionLayout, field: SectionField, entry: JsonNode, at: string): void {
    if (!isObjectNode(entry)) {
      this.#addMalformed(at, "an object");
      return;
    }
    if (!this.saysLastUpdated && memberNode(entry, lastUpdatedField) !== undefined) this.saysLastUpdated = true;
    const known = entryKeysOf(field);
    for (const member of entry.children) if (!known.has(member.key)) this.#nameUnknown(member, at);
    let holdsAny = false;
    for (const place of field.places) {
      const holder = place.within === null ? entry : memberNode(entry, place.within);
      if (holder === undefined || (place.within === null && memberNode(entry, place.holds) === undefined)) continue;
      holdsAny = true;
      const holderAt = holder === entry ? at : pointTo(at, holder.key);
      this.#addFrom(layout, field, place, entry, at, holder, holderAt);
    }
    // A group of scoped routes may be empty; any other entry stands there for its resource.
    if (!holdsAny && field.shape === "list") this.#addMalformed(at, layout.resource);
  }

  /** Adds what a place of an entry holds. */
  #addFrom(
    layout: SectionLayout,
    field: SectionField,
    place: ResourcePlace,
    entry: JsonNode,
    entryAt: string,
    holder: JsonNode,
    holderAt: string,
  ): void {
    if (!isObjectNode(holder)) {
      this.#addMalformed(holderAt, "an object");
      return;
    }
    if (holder !== entry) {
      if (memberNode(holder, lastUpdatedField) !== undefined) this.saysLastUpdated = true;
      const known = place.state === "error" ? errorStateScalars : stateScalars;
      for (const member of holder.children)
        if (!known.has(member.key) && !isField(member.key, place.holds)) this.#nameUnknown(member, holderAt);
    }
    const add = (node: JsonNode, at: string): void => {
      if (node !== holder && !isObjectNode(node)) this.#addMalformed(at, "an object");
      else this.#addResource(layout, place.state, { node, at, entry, entryAt, holder });
    };
    const held = memberNode(holder, place.holds);
    if (held === undefined) {
      if (place.state === "error") add(holder, holderAt);
      else this.#addMalformed(holderAt, layout.resource);
      return;
    }
    const heldAt = pointTo(holderAt, held.key);
    if (field.shape !== "groups" || place.state === "error") add(held, heldAt);
    else if (isArrayNode(held)) for (const [index, node] of held.children.entries()) add(node, pointTo(heldAt, index));
    else this.#addMalformed(heldAt, "a list");
  }

  #addResource(layout: SectionLayout, state: ResourceState, site: ResourceSite): void {
    this.#add(new DumpResource(this.#text, layout, state, site));
  }

  #add(resource: Resource): void {
    const ofKind = this.resources.get(resource.kind);
    if (ofKind === undefined) this.resources.set(resource.kind, [resource]);
    else ofKind.push(resource);
  }

  #addMalformed(at: string, expected: string): void {
    const key = `${expected} ${at.replace(/\/\d+(?=\/|$)/g, "/")}`;
    const known = this.#malformed.get(key);
    if (known !== undefined) {
      known.more = (known.more ?? 0) + 1;
      return;
    }
    const problem: { code: "malformed-entry"; at: string; expected: string; more?: number } = { code: "malformed-entry", at, expected };
    this.#malformed.set(key, problem);
    this.problems.push(problem);
  }

  /** Reports a member that is no field, once per key and section. */
  #nameUnknown(member: JsonNode, at: string): void {
    if (this.#named.has(member.key)) return;
    this.#named.add(member.key);
    this.problems.push({ code: "unknown-member", at: pointTo(at, member.key), member: member.key });
  }
}

/** As many entries that are no rows are looked at one by one; of more, all of the list in one pass. */
const fewOthers = 16;

const entryKeys = new WeakMap<SectionField, ReadonlySet<string>>();

/** The keys that an entry of this list may have. */
function entryKeysOf(field: SectionField): ReadonlySet<string> {
  let known = entryKeys.get(field);
  if (known === undefined) {
    known = new Set(["@type", ...keysOf(...field.places.map(({ within, holds }) => within ?? holds)), ...entryScalars]);
    entryKeys.set(field, known);
  }
  return known;
}
