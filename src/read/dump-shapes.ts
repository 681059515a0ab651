import type { ReadProblem } from "../model/snapshot.js";
import type { JsonNode } from "../util/json-outline.js";
import { pointTo } from "../util/json-pointer.js";
import { type DumpOutline, isArrayNode, isObjectNode, stringOf } from "./outline-dump.js";
import {
  isField,
  lastUpdatedField,
  layoutOfType,
  type SectionLayout,
  sectionFieldOf,
  sectionLayouts,
  versionInfoField,
} from "./section-layouts.js";

/** A section of the dump, before anything in it is looked at. */
export interface FoundSection {
  readonly node: JsonNode;
  readonly at: string;
  /** The section's type: its "@type", or the message's name where the file leaves it out. */
  readonly type: string;
  /** Null for a type that is no section known here. */
  readonly layout: SectionLayout | null;
}

export interface FoundSections {
  readonly sections: readonly FoundSection[];
  readonly problems: readonly ReadProblem[];
}

/** Takes the sections out of a JSON text of one shape; undefined when the text has another shape. */
type ShapeRecogniser = (outline: DumpOutline) => FoundSections | undefined;

/** Recognises the shape of a dump by its content, never by the file's name; undefined for a JSON text that is no dump. */
export function findSections(outline: DumpOutline): FoundSections | undefined {
  for (const recognise of recognisers) {
    const found = recognise(outline);
    if (found !== undefined) return found;
  }
  return undefined;
}

const childUnder = (node: JsonNode, key: string): JsonNode | undefined => node.children.find((child) => child.key === key);

/** `{"configs": [section, …]}`: Envoy's /config_dump, and istiod's /debug/config_dump. */
const configDump: ShapeRecogniser = ({ bytes, root }) => {
  const configs = childUnder(root, "configs");
  if (configs === undefined || !isArrayNode(bytes, configs)) return undefined;
  const sections: FoundSection[] = [];
  const problems: ReadProblem[] = [];
  for (const [index, node] of configs.children.entries()) {
    const at = pointTo("", "configs", index);
    const type = isObjectNode(bytes, node) ? stringOf(bytes, childUnder(node, "@type")) : null;
    if (type === null) problems.push({ code: "malformed-entry", at, expected: "a section with its @type" });
    else sections.push({ node, at, type, layout: layoutOfType(type) ?? null });
  }
  for (const { key } of root.children) if (key !== "configs") problems.push({ code: "unknown-member", at: pointTo("", key), member: key });
  return { sections, problems };
};

/** One section by itself: with its "@type" (`jq .configs[2]`), or by its members (`istioctl proxy-config bootstrap -o json`). */
const lonelySection: ShapeRecogniser = ({ bytes, root }) => {
  const type = stringOf(bytes, childUnder(root, "@type"));
  const layout = type === null ? layoutByMembers(root) : layoutOfType(type);
  if (layout === undefined) return undefined;
  return { sections: [{ node: root, at: "", type: type ?? layout.message, layout }], problems: [] };
};

function layoutByMembers(root: JsonNode): SectionLayout | undefined {
  const lists = root.children.filter(({ key }) => !isField(key, versionInfoField) && !isField(key, lastUpdatedField));
  if (lists.length === 0) return undefined;
  return sectionLayouts.find((layout) => lists.every(({ key }) => sectionFieldOf(layout, key) !== undefined));
}

const recognisers: readonly ShapeRecogniser[] = [configDump, lonelySection];
