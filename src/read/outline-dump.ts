import { type JsonNode, leaf, Opening, outlineJsonValue, unescapeString } from "../util/json-outline.js";
import { type FieldName, isField, nameField, sectionLayouts } from "./section-layouts.js";

/** A dump whose structure is known: nodes down to the names of resources, with the bytes they are ranges of. */
export interface DumpOutline {
  readonly bytes: Uint8Array;
  readonly root: JsonNode;
  /** What pointers into it begin with. */
  readonly at: string;
}

const spelled = (fields: readonly (FieldName | null)[], opening: Opening): readonly (readonly [string, Opening])[] =>
  fields.flatMap((field) => (field === null ? [] : [[field.proto, opening] as const, [field.json, opening] as const]));

const nameFields = [nameField, ...sectionLayouts.map((layout) => layout.nameField)];
const stateFields = sectionLayouts.flatMap(({ fields }) => fields.flatMap(({ places }) => places.map(({ within }) => within)));
const resourceFields = sectionLayouts.flatMap(({ fields }) => fields.flatMap(({ places }) => places.map(({ holds }) => holds)));

/** Of a resource nothing but its name matters here. It may be a list of resources (scoped routes). */
const resourceMembers = new Map(spelled(nameFields, leaf));
const resource = new Opening({ members: resourceMembers, elements: new Opening({ members: resourceMembers }) });
const state = new Opening({ members: new Map(spelled(resourceFields, resource)), others: leaf });
const entry = new Opening({ members: new Map([...spelled(resourceFields, resource), ...spelled(stateFields, state)]), others: leaf });
const sectionMember = new Opening({ elements: entry });
/** A section, or an entry of one that stands by itself. */
const sectionMembers = new Map([
  ["@type", leaf],
  ...spelled(resourceFields, resource),
  ...spelled(stateFields, state),
  ...spelled(nameFields, leaf),
]);
const section = new Opening({ members: sectionMembers, others: sectionMember });
const root = new Opening({ members: new Map([...sectionMembers, ["configs", new Opening({ elements: section })]]), others: sectionMember });
/** Resources by themselves: what they are their members tell. */
const bareResource = new Opening({ members: resourceMembers, others: leaf });
const bareResources = new Opening({ members: resourceMembers, others: new Opening({ elements: bareResource }), elements: bareResource });
/** A bootstrap: the resources in it stand a level deeper. */
const bootstrap = new Opening({ others: new Opening({ others: new Opening({ elements: resource }) }) });

/**
 * Checks the JSON text that begins at `start` and finds every value that reading a dump needs, in one pass. The levels are
 * those of envoy.admin.v3.ConfigDump: configs, section, list, entry, (state,) resource, name; a section that stands
 * alone begins at its level. What follows the text is not looked at. Throws JsonSyntaxError.
 */
export function outlineDump(bytes: Uint8Array, start: number, at: string): DumpOutline {
  return { bytes, root: outlineJsonValue(bytes, root, start), at };
}

/** The same text as a list of resources, or as an object with one list of them: every member of each resource. */
export const outlineResources = ({ bytes, root: { start } }: DumpOutline): JsonNode => outlineJsonValue(bytes, bareResources, start);

/** The same text as a bootstrap: the resources in static_resources. */
export const outlineBootstrap = ({ bytes, root: { start } }: DumpOutline): JsonNode => outlineJsonValue(bytes, bootstrap, start);

/** The member under a field's name, in either spelling; the last one, as JSON.parse has it. A null is as good as absent, as in ProtoJSON. */
export function memberNode(bytes: Uint8Array, node: JsonNode, field: FieldName): JsonNode | undefined {
  const found = node.children.findLast(({ key }) => isField(key, field));
  return found === undefined || isNull(bytes, found) ? undefined : found;
}

/** The text of a string node; null for any other value, and for none. */
export function stringOf(bytes: Uint8Array, node: JsonNode | undefined): string | null {
  return node !== undefined && bytes[node.start] === 0x22 ? unescapeString(bytes, node.start, node.end) : null;
}

export const isObjectNode = (bytes: Uint8Array, node: JsonNode): boolean => bytes[node.start] === 0x7b;
export const isArrayNode = (bytes: Uint8Array, node: JsonNode): boolean => bytes[node.start] === 0x5b;
export const isNull = (bytes: Uint8Array, node: JsonNode): boolean => bytes[node.start] === 0x6e;
