import { changeClasses, ignoredKinds } from "../../src/diff/change.js";
import { classRows } from "../../src/diff/classify.js";
import { type ListIdentity, listIdentities } from "../../src/identity/identity.js";

const ignoredMeanings: Readonly<Record<(typeof ignoredKinds)[number], string>> = {
  version: "`version_info` of a resource or a section",
  timestamp: "`last_updated` of a resource",
  order: "a list whose order means nothing (below); or a resource whose objects only have their members in another order",
  spelling:
    "a resource that says the same in other words: lowerCamelCase, other blanks, `0.250s` for `0.25s`, a default written out, an enum by number",
  "certificate-renewal":
    "a TLS certificate in the dump whose subject, issuer, alternative names and type of key stay, with its private key. A key that changes alone is a change",
  identity:
    "where OLD and NEW are of two different pods of one workload (`WORKLOAD_NAME` and the namespace of the node): what the pod's own name, its node's name, its addresses, the labels that Kubernetes gave it and, where something is inbound, the ports of its containers (`POD_PORTS`) explain. The same resources with the two pods' texts exchanged; endpoints are compared as they stand",
  "original-dst-hosts": "the hosts of an ORIGINAL_DST cluster: the addresses that connections have asked for",
};

const orders: Readonly<Record<ListIdentity["order"], string>> = {
  decides: "decides",
  "where-both-match": "of items that may both match",
  "within-key": "among items of one key",
  none: "means nothing",
};

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const code = (text: string): string => `\`${text}\``;

function keysText({ keys }: ListIdentity): string {
  if (keys.length === 0) return "what it holds";
  return keys.map((fields) => fields.map((field) => (field === "" ? "the value" : code(field))).join(" and ")).join(", else ");
}

/** docs/diff-classes.md, from the tables that the diff itself uses. */
export function diffClassesPage(): string {
  return `# What the diff compares, and how it sorts what it finds

A test keeps this page the same as the tables in \`src/diff/classify.ts\` and \`src/identity/identity.ts\`.

## Classes

Each change has one class; answers list them in this order: ${changeClasses.join(", ")}. The first row that matches decides.
A message type that ends in a dot stands for every type whose name begins so. A row without fields takes whatever changes inside such a
message, in the filter around it, or when one is added or removed; "as a whole" takes the latter only. What no row takes is \`other\`.

${table(
  ["class", "message type", "fields on the way", "what it is about"],
  classRows.map(({ class: kind, message, fields, whole, why }) => [
    kind,
    message === "*" ? "any" : message === "?" ? "one that is not known here" : code(message),
    fields === undefined ? (whole === true ? "as a whole" : "any") : fields.map(code).join(" "),
    why,
  ]),
)}

## Identity and order of list items

Resources are one when their kind, name and standing (serving, warming, draining, refused) are. Items of a list are one when their keys
are; of several items with one key those with the same content belong together, then those with the same next key, then they go in
order. An added or removed item whose content but for a mere label (a name) is the same was renamed. A list that is not in this table
goes by \`name\` where its items have one, else by what they hold, and its order is taken to decide.

${table(
  ["message type", "field", "key", "order", "why"],
  listIdentities.map((identity) => [
    identity.message === "*" ? "any" : code(identity.message),
    code(identity.field),
    keysText(identity),
    orders[identity.order],
    identity.why,
  ]),
)}

## What is no change

Counted in the answer, and never a reason for the exit status 1:

${table(
  ["kind", "what differs"],
  ignoredKinds.map((kind) => [kind, ignoredMeanings[kind]]),
)}

Not compared at all: a section that one of the dumps lacks (a note says so; \`ecds\` and \`scoped_routes\` are absent where they would be
empty), sections of unknown types, and the copies that \`static_route_configs\` holds of route configurations inside listeners. The static
resources in the bootstrap and their copies in the sections are one resource with two places.
`;
}
