import { type JsonNode, leaf, leafText, Opening, outlineJson } from "../util/json-outline.js";
import { RowShape } from "../util/json-rows.js";
import { decodeUtf8 } from "../util/utf8.js";
import { type DumpText, parseWithin } from "./dump-text.js";
import {
  type FieldName,
  isField,
  lastUpdatedField,
  nameField,
  type SectionField,
  sectionLayouts,
  versionInfoField,
} from "./section-layouts.js";

/** A dump whose structure is known: nodes down to the names of resources, with the text they are ranges of. */
export interface DumpOutline {
  readonly text: DumpText;
  readonly root: JsonNode;
  /** What pointers into it begin with. */
  readonly at: string;
}

const spelled = (fields: readonly (FieldName | null)[], opening: Opening): readonly (readonly [string, Opening])[] =>
  fields.flatMap((field) => (field === null ? [] : [[field.proto, opening] as const, [field.json, opening] as const]));

const nameFields = [nameField, ...sectionLayouts.map((layout) => layout.nameField)];
const stateFields = sectionLayouts.flatMap(({ fields }) => fields.flatMap(({ places }) => places.map(({ within }) => within)));
const resourceFields = sectionLayouts.flatMap(({ fields }) => fields.flatMap(({ places }) => places.map(({ holds }) => holds)));

export const staticResourcesField: FieldName = { proto: "static_resources", json: "staticResources" };
const filterChainsField: FieldName = { proto: "filter_chains", json: "filterChains" };
const defaultFilterChainField: FieldName = { proto: "default_filter_chain", json: "defaultFilterChain" };
const filtersField: FieldName = { proto: "filters", json: "filters" };
const typedConfigField: FieldName = { proto: "typed_config", json: "typedConfig" };
const routeConfigField: FieldName = { proto: "route_config", json: "routeConfig" };

/** Of a resource nothing but its name matters here. It may be a list of resources (scoped routes). */
const resourceMembers = new Map(spelled(nameFields, leafText));
const resource = new Opening({ members: resourceMembers, elements: new Opening({ members: resourceMembers }) });
const state = new Opening({ members: new Map(spelled(resourceFields, resource)), others: leaf });
const entry = new Opening({ members: new Map([...spelled(resourceFields, resource), ...spelled(stateFields, state)]), others: leaf });
const sectionMember = new Opening({ elements: entry });

/** Where a row of `entriesIn` has its texts. */
export const rowTexts = { versionInfo: 0, lastUpdated: 1, name: 2 } as const;

/** The lists of entries as Envoy prints them: an entry that serves is a row, with its version, its time and its resource's name. */
const entryLists = sectionLayouts.flatMap(({ nameField: named, fields }) =>
  fields.flatMap(({ field, shape, places: [place] }): readonly (readonly [string, Opening])[] => {
    if (shape !== "list" || place === undefined || named === null) return [];
    const rows = new RowShape({
      path: [...(place.within === null ? [] : [place.within.proto]), place.holds.proto],
      texts: [versionInfoField.proto, lastUpdatedField.proto],
      passed: [nameField.proto],
      name: [named.proto, named.json],
    });
    return [[field.proto, new Opening({ elements: entry, rows })]];
  }),
);

/** The place in an entry that the rows of a list have; other entries are no rows. */
export const rowPlaceOf = ({ places }: SectionField): SectionField["places"][number] | undefined => places[0];
/** A section, or an entry of one that stands by itself. */
const sectionMembers = new Map([
  ["@type", leaf],
  ...spelled(resourceFields, resource),
  ...spelled(stateFields, state),
  ...spelled(nameFields, leaf),
  ...entryLists,
]);
const section = new Opening({ members: sectionMembers, others: sectionMember });
const root = new Opening({ members: new Map([...sectionMembers, ["configs", new Opening({ elements: section })]]), others: sectionMember });
/** Resources by themselves: what they are their members tell. */
const bareResource = new Opening({ members: resourceMembers, others: leaf });
const bareResources = new Opening({ members: resourceMembers, others: new Opening({ elements: bareResource }), elements: bareResource });
/** A bootstrap: the resources in it stand a level deeper, and route configurations within the filters of listeners. */
const filter = new Opening({
  members: new Map(spelled([typedConfigField], new Opening({ members: new Map(spelled([routeConfigField], resource)) }))),
});
const chain = new Opening({ members: new Map(spelled([filtersField], new Opening({ elements: filter }))) });
const listener = new Opening({
  members: new Map([
    ...resourceMembers,
    ...spelled([filterChainsField], new Opening({ elements: chain })),
    ...spelled([defaultFilterChainField], chain),
  ]),
});
const staticResources = new Opening({
  members: new Map([["listeners", new Opening({ elements: listener })]]),
  others: new Opening({ elements: resource }),
});
const bootstrap = new Opening({ members: new Map(spelled([staticResourcesField], staticResources)), others: leaf });

/** How deep the members of an entry stand in a whole dump. Most text is below it. */
const entryLevel = 5;

/**
 * Finds every value of a text that reading a dump needs, in one pass. The levels are those of envoy.admin.v3.ConfigDump:
 * configs, section, list, entry, (state,) resource, name; a section that stands alone begins at its level. What follows the
 * text is not looked at. Throws JsonSyntaxError.
 */
export function outlineDump(text: DumpText, at: string): DumpOutline {
  return { text, root: outlineJson(text.source, root, text.start, entryLevel), at };
}

/** The same text as a list of resources, or as an object with one list of them: every member of each resource. */
export const outlineResources = ({ text }: DumpOutline): JsonNode => outlineJson(text.source, bareResources, text.start);

/** The same text as a bootstrap: the resources in static_resources. */
export const outlineBootstrap = ({ text }: DumpOutline): JsonNode => outlineJson(text.source, bootstrap, text.start);

/** The member under a field's name, in either spelling; the last one, as JSON.parse has it. A null is as good as absent, as in ProtoJSON. */
export function memberNode(node: JsonNode, field: FieldName): JsonNode | undefined {
  const { children } = node;
  for (let index = children.length - 1; index >= 0; index--) {
    const child = children[index];
    if (child !== undefined && isField(child.key, field)) return isNull(child) ? undefined : child;
  }
  return undefined;
}

/** The text of a string node; null for any other value, and for none. */
export function stringOf(text: DumpText, node: JsonNode | undefined): string | null {
  if (node === undefined || node.first !== 0x22) return null;
  if (node.text !== null) return node.text;
  const bytes = text.source.read(node.start, node.end);
  return bytes.includes(0x5c) ? String(parseWithin(text, node, "a text")) : decodeUtf8(bytes, 1, bytes.length - 1);
}

export const isObjectNode = (node: JsonNode): boolean => node.first === 0x7b;
export const isArrayNode = (node: JsonNode): boolean => node.first === 0x5b;
export const isNull = (node: JsonNode): boolean => node.first === 0x6e;

/** A route configuration that stands within the filters of a listener, with the keys on the way to it. */
export interface InlineRoutes {
  readonly node: JsonNode;
  readonly keys: readonly (string | number)[];
}

/** The route configurations within a listener of `outlineBootstrap`. */
export function inlineRoutesIn(listenerNode: JsonNode): readonly InlineRoutes[] {
  const chains = memberNode(listenerNode, filterChainsField);
  const fallback = memberNode(listenerNode, defaultFilterChainField);
  const placed = [
    ...(chains === undefined ? [] : chains.children.map((node, index) => ({ node, keys: [chains.key, index] }))),
    ...(fallback === undefined ? [] : [{ node: fallback, keys: [fallback.key] }]),
  ];
  return placed.flatMap((found) => {
    const filters = memberNode(found.node, filtersField);
    return (filters?.children ?? []).flatMap((filterNode, index) => {
      const config = memberNode(filterNode, typedConfigField);
      const routes = config === undefined ? undefined : memberNode(config, routeConfigField);
      if (filters === undefined || config === undefined || routes === undefined) return [];
      return [{ node: routes, keys: [...found.keys, filters.key, index, config.key, routes.key] }];
    });
  });
}
