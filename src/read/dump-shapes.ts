import type { ReadProblem, ResourceState } from "../model/snapshot.js";
import { describeMessage } from "../proto/describe-type.js";
import type { JsonNode } from "../util/json-outline.js";
import { pointTo } from "../util/json-pointer.js";
import { kindOfResources } from "./bare-resources.js";
import {
  type DumpOutline,
  inlineRoutesIn,
  isArrayNode,
  isObjectNode,
  memberNode,
  outlineBootstrap,
  outlineResources,
  staticResourcesField,
  stringOf,
} from "./outline-dump.js";
import {
  isField,
  isOlderType,
  lastUpdatedField,
  layoutOfEntry,
  layoutOfName,
  layoutOfType,
  type SectionField,
  type SectionLayout,
  sectionFieldOf,
  sectionLayouts,
  sharesEntryType,
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

/** An entry of a section's list that stands without its section. */
export interface FoundEntry {
  readonly node: JsonNode;
  readonly at: string;
  readonly layout: SectionLayout;
  readonly field: SectionField;
}

/** A resource that stands without its entry. */
export interface FoundResource {
  readonly node: JsonNode;
  readonly at: string;
  readonly layout: SectionLayout;
  readonly state: ResourceState;
}

/** What a file holds of a dump, by the shape in which it holds it. */
export interface FoundParts {
  readonly sections?: readonly FoundSection[];
  readonly entries?: readonly FoundEntry[];
  readonly resources?: readonly FoundResource[];
  /** envoy.admin.v3.ClusterStatus, each the endpoints of a cluster. */
  readonly clusterStatuses?: readonly Pick<FoundResource, "node" | "at">[];
  readonly problems?: readonly ReadProblem[];
}

/** Takes the parts of a dump out of a JSON text of one shape; undefined when the text has another shape. */
type ShapeRecogniser = (outline: DumpOutline) => FoundParts | undefined;

/** Recognises the shape of a dump by its content, never by the file's name; undefined for a JSON text that is no dump. */
export function findParts(outline: DumpOutline): FoundParts | undefined {
  for (const recognise of recognisers) {
    const found = recognise(outline);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** No message has a longer name; what is longer is hostile, and names nothing. */
const longestType = 500;

const childUnder = (node: JsonNode, key: string): JsonNode | undefined => node.children.find((child) => child.key === key);

/**
 * `{"configs": [section, …]}`: Envoy's /config_dump, also with ?mask= and ?name_regex=, and istiod's /debug/config_dump. With
 * ?resource= the entries of a section's list stand where else the sections do.
 */
const configDump: ShapeRecogniser = ({ text, root, at: rootAt }) => {
  const configs = childUnder(root, "configs");
  if (configs === undefined || !isArrayNode(configs)) return undefined;
  const sections: FoundSection[] = [];
  const entries: FoundEntry[] = [];
  const problems: ReadProblem[] = [];
  for (const [index, node] of configs.children.entries()) {
    const at = pointTo(rootAt, "configs", index);
    const type = isObjectNode(node) ? stringOf(text, childUnder(node, "@type")) : null;
    const entry = type === null ? undefined : layoutOfEntry(type);
    if (type === null) problems.push({ code: "malformed-entry", at, expected: "a section with its @type" });
    else if (entry !== undefined) entries.push({ node, at, ...entry });
    else sections.push({ node, at, type: type.slice(0, longestType), layout: layoutOfType(type) ?? null });
  }
  for (const { key } of root.children)
    if (key !== "configs") problems.push({ code: "unknown-member", at: pointTo(rootAt, key), member: key });
  const older = [...sections, ...entries].find(({ node }) => isOlderType(stringOf(text, childUnder(node, "@type")) ?? ""));
  if (older !== undefined) problems.push({ code: "older-api", at: older.at, type: stringOf(text, childUnder(older.node, "@type")) ?? "" });
  return { sections, entries, problems: [...problems, ...loneEntries(entries)] };
};

function loneEntries(entries: readonly FoundEntry[]): readonly ReadProblem[] {
  const seen = new Map<SectionField, FoundEntry>();
  for (const entry of entries) if (!seen.has(entry.field)) seen.set(entry.field, entry);
  return [...seen.values()].map(({ at, layout, field }) => ({
    code: "lone-entries",
    at,
    section: layout.name,
    mayWarm: sharesEntryType(layout, field),
  }));
}

/** One section by itself: with its "@type" (`jq .configs[2]`), or by its members (`istioctl proxy-config bootstrap -o json`). */
const lonelySection: ShapeRecogniser = ({ text, root, at }) => {
  const type = stringOf(text, childUnder(root, "@type"));
  const entry = type === null ? undefined : layoutOfEntry(type);
  if (entry !== undefined) {
    const found = { node: root, at, ...entry };
    return { entries: [found], problems: loneEntries([found]) };
  }
  const layout = type === null ? layoutByMembers(root) : layoutOfType(type);
  if (layout === undefined) return undefined;
  return { sections: [{ node: root, at, type: type ?? layout.message, layout }] };
};

function layoutByMembers(root: JsonNode): SectionLayout | undefined {
  const lists = root.children.filter(({ key }) => !isField(key, versionInfoField) && !isField(key, lastUpdatedField));
  if (lists.length === 0) return undefined;
  return sectionLayouts.find((layout) => lists.every(({ key }) => sectionFieldOf(layout, key) !== undefined));
}

const bootstrapType = "envoy.config.bootstrap.v3.Bootstrap";
const bootstrapMembers = ["static_resources", "staticResources", "dynamic_resources", "dynamicResources", "admin", "node"];
/** The lists of Bootstrap.StaticResources, which have the names of a dump's sections. */
const staticLists = ["listeners", "clusters", "secrets"] as const;

/** What `envoy -c` takes: the bootstrap itself, with its static resources a level deeper than a dump has them. */
const bareBootstrap: ShapeRecogniser = (outline) => {
  const { root: shallow, at } = outline;
  if (!isObjectNode(shallow)) return undefined;
  const root = outlineBootstrap(outline);
  const message = describeMessage(bootstrapType);
  const known = root.children.filter(({ key }) => message?.field(key) !== undefined).length;
  if (!root.children.some(({ key }) => bootstrapMembers.includes(key)) || known * 2 < root.children.length) return undefined;
  const staticResources = memberNode(root, staticResourcesField);
  const staticAt = pointTo(at, staticResources?.key ?? staticResourcesField.proto);
  const resources = staticLists.flatMap((key) => {
    const list = staticResources === undefined ? undefined : childUnder(staticResources, key);
    return (list?.children ?? []).map((node, index) => ({
      node,
      at: pointTo(staticAt, key, index),
      layout: layoutOfName(key),
      state: "static" as const,
    }));
  });
  // RoutesConfigDump has a copy of the route configurations inside listeners.
  const routes = resources
    .filter(({ layout }) => layout.name === "listeners")
    .flatMap((listener) =>
      inlineRoutesIn(listener.node).map(({ node, keys }) => ({
        node,
        at: pointTo(listener.at, ...keys),
        layout: layoutOfName("routes"),
        state: "static" as const,
      })),
    );
  const isFed = root.children.some(({ key }) => key === "dynamic_resources" || key === "dynamicResources");
  return {
    resources: [{ node: root, at, layout: layoutOfName("bootstrap"), state: "static" }, ...resources, ...routes],
    problems: [{ code: "bootstrap-file", at, isFed }],
  };
};

/** `{"cluster_statuses": […]}`: Envoy's /clusters?format=json. */
const clusterStatuses: ShapeRecogniser = (outline) => {
  const list = outline.root.children.find(({ key }) => key === "cluster_statuses" || key === "clusterStatuses");
  if (list === undefined || !isArrayNode(list)) return undefined;
  const opened = childUnder(outlineResources(outline), list.key);
  return { clusterStatuses: (opened?.children ?? []).map((node, index) => ({ node, at: pointTo(outline.at, list.key, index) })) };
};

/** `[resource, …]`, or one resource by itself: `istioctl proxy-config listeners|routes|clusters|endpoints -o json`. */
const bareResources: ShapeRecogniser = (outline) => {
  const { text, at } = outline;
  const root = outlineResources(outline);
  const isList = isArrayNode(root);
  const nodes = isList ? root.children : [root];
  const objects = nodes.filter((node) => isObjectNode(node));
  const kind = kindOfResources(text, objects);
  if (kind === undefined) return undefined;
  const placed = nodes.map((node, index) => ({ node, at: isList ? pointTo(at, index) : at }));
  const problems = placed
    .filter(({ node }) => !isObjectNode(node))
    .map((place): ReadProblem => ({ code: "malformed-entry", at: place.at, expected: "an object" }));
  const found = placed.filter(({ node }) => isObjectNode(node));
  if (kind === "cluster-status") return { clusterStatuses: found, problems };
  const layout = layoutOfName(kind);
  return {
    resources: found.map((place) => ({ ...place, layout, state: "active" })),
    problems: [...problems, { code: "bare-resources", at, section: layout.name }],
  };
};

const recognisers: readonly ShapeRecogniser[] = [configDump, clusterStatuses, lonelySection, bareBootstrap, bareResources];
