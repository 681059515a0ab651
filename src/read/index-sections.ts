import type { ReadProblem, Resource, ResourceKind, Section, UnknownSection } from "../model/snapshot.js";
import type { JsonNode } from "../util/json-outline.js";
import { pointTo } from "../util/json-pointer.js";
import { DumpResource } from "./dump-resource.js";
import type { FoundSection } from "./dump-shapes.js";
import { isArrayNode, isNull, isObjectNode, memberNode, stringOf } from "./outline-dump.js";
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

/** Finds every resource in the sections, in the order of the file. Parses nothing; a bad entry is a problem and is passed over. */
export function indexSections(bytes: Uint8Array, fileName: string, found: readonly FoundSection[]): SectionIndex {
  const indexer = new SectionIndexer(bytes, fileName);
  for (const section of found) indexer.add(section);
  return indexer;
}

const sectionScalars = [versionInfoField, lastUpdatedField];
const entryScalars = [nameField, versionInfoField, lastUpdatedField, clientStatusField, errorStateField];
const stateScalars = [versionInfoField, lastUpdatedField];
const errorStateScalars = [versionInfoField, detailsField, lastUpdateAttemptField];

class SectionIndexer implements SectionIndex {
  readonly sections: Section[] = [];
  readonly unknownSections: UnknownSection[] = [];
  readonly resources = new Map<ResourceKind, Resource[]>();
  readonly problems: ReadProblem[] = [];
  saysLastUpdated = false;
  readonly #bytes: Uint8Array;
  readonly #fileName: string;
  /** Unknown members that were named already: a new field stands in every entry of a section. */
  #named = new Set<string>();

  constructor(bytes: Uint8Array, fileName: string) {
    this.#bytes = bytes;
    this.#fileName = fileName;
  }

  add({ node, at, type, layout }: FoundSection): void {
    if (layout === null) {
      this.unknownSections.push({ type, at });
      this.problems.push({ code: "unknown-section", at, type });
      return;
    }
    // Envoy prints one ECDS section per kind of filter that it discovers; every other section once.
    if (layout.name !== "ecds" && this.sections.some(({ name }) => name === layout.name))
      this.problems.push({ code: "duplicate-section", at, section: layout.name });
    this.sections.push({ name: layout.name, at, versionInfo: stringOf(this.#bytes, memberNode(this.#bytes, node, versionInfoField)) });
    this.#named = new Set();
    for (const member of node.children) {
      const field = sectionFieldOf(layout, member.key);
      if (field !== undefined) this.#addField(layout, field, node, at, member);
      else if (member.key !== "@type") this.#nameUnknown(member, at, sectionScalars);
    }
  }

  #addField(layout: SectionLayout, field: SectionField, section: JsonNode, at: string, member: JsonNode): void {
    const memberAt = pointTo(at, member.key);
    if (isNull(this.#bytes, member)) return;
    if (field.shape === "single") {
      for (const place of field.places) this.#addFrom(layout, field, place, section, at, section, at);
      return;
    }
    if (!isArrayNode(this.#bytes, member)) {
      this.problems.push({ code: "malformed-entry", at: memberAt, expected: "a list" });
      return;
    }
    for (const [index, entry] of member.children.entries()) this.#addEntry(layout, field, entry, pointTo(memberAt, index));
  }

  #addEntry(layout: SectionLayout, field: SectionField, entry: JsonNode, at: string): void {
    if (!isObjectNode(this.#bytes, entry)) {
      this.problems.push({ code: "malformed-entry", at, expected: "an object" });
      return;
    }
    if (!this.saysLastUpdated && memberNode(this.#bytes, entry, lastUpdatedField) !== undefined) this.saysLastUpdated = true;
    const known = entryFieldsOf(field);
    for (const member of entry.children) this.#nameUnknown(member, at, known);
    let holdsAny = false;
    for (const place of field.places) {
      const holder = place.within === null ? entry : memberNode(this.#bytes, entry, place.within);
      if (holder === undefined || (place.within === null && memberNode(this.#bytes, entry, place.holds) === undefined)) continue;
      holdsAny = true;
      const holderAt = holder === entry ? at : pointTo(at, holder.key);
      this.#addFrom(layout, field, place, entry, at, holder, holderAt);
    }
    // A group of scoped routes may be empty; any other entry stands there for its resource.
    if (!holdsAny && field.shape === "list") this.problems.push({ code: "malformed-entry", at, expected: layout.resource });
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
    const bytes = this.#bytes;
    if (!isObjectNode(bytes, holder)) {
      this.problems.push({ code: "malformed-entry", at: holderAt, expected: "an object" });
      return;
    }
    if (holder !== entry) {
      if (memberNode(bytes, holder, lastUpdatedField) !== undefined) this.saysLastUpdated = true;
      const known = [place.holds, ...(place.state === "error" ? errorStateScalars : stateScalars)];
      for (const member of holder.children) this.#nameUnknown(member, holderAt, known);
    }
    const { kind, nameField: ownName } = layout;
    const add = (node: JsonNode, at: string): void => {
      if (node !== holder && !isObjectNode(bytes, node)) {
        this.problems.push({ code: "malformed-entry", at, expected: "an object" });
        return;
      }
      const site = { bytes, fileName: this.#fileName, kind, state: place.state, nameField: ownName, node, at, entry, entryAt, holder };
      const ofKind = this.resources.get(kind);
      if (ofKind === undefined) this.resources.set(kind, [new DumpResource(site)]);
      else ofKind.push(new DumpResource(site));
    };
    const held = memberNode(bytes, holder, place.holds);
    if (held === undefined) {
      if (place.state === "error") add(holder, holderAt);
      else this.problems.push({ code: "malformed-entry", at: holderAt, expected: layout.resource });
      return;
    }
    const heldAt = pointTo(holderAt, held.key);
    if (field.shape !== "groups" || place.state === "error") add(held, heldAt);
    else if (isArrayNode(bytes, held)) for (const [index, node] of held.children.entries()) add(node, pointTo(heldAt, index));
    else this.problems.push({ code: "malformed-entry", at: heldAt, expected: "a list" });
  }

  /** Reports a member that none of the fields is, once per key and section. */
  #nameUnknown(member: JsonNode, at: string, known: readonly FieldName[]): void {
    for (const field of known) if (isField(member.key, field)) return;
    if (this.#named.has(member.key)) return;
    this.#named.add(member.key);
    this.problems.push({ code: "unknown-member", at: pointTo(at, member.key), member: member.key });
  }
}

const entryFields = new WeakMap<SectionField, readonly FieldName[]>();

/** The fields that an entry of this list may have. */
function entryFieldsOf(field: SectionField): readonly FieldName[] {
  let known = entryFields.get(field);
  if (known === undefined) {
    known = [...field.places.map(({ within, holds }) => within ?? holds), ...entryScalars];
    entryFields.set(field, known);
  }
  return known;
}
