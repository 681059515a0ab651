// TypeScript typings of messages in canonical ProtoJSON: proto field names, implicit defaults absent, wrappers as their
// value, Durations and Timestamps as text, 64-bit numbers as decimal text, enums by name, an Any inline under "@type".

const scalarTypings = {
  double: "number",
  float: "number",
  int32: "number",
  uint32: "number",
  sint32: "number",
  fixed32: "number",
  sfixed32: "number",
  int64: "string",
  uint64: "string",
  sint64: "string",
  fixed64: "string",
  sfixed64: "string",
  bool: "boolean",
  string: "string",
  bytes: "string",
};
const wellKnownTypings = {
  "google.protobuf.Any": "Any",
  "google.protobuf.Struct": "JsonObject",
  "google.protobuf.Value": "Json",
  "google.protobuf.ListValue": "readonly Json[]",
  "google.protobuf.Duration": "Duration",
  "google.protobuf.Timestamp": "Timestamp",
  "google.protobuf.FieldMask": "string",
  "google.protobuf.Empty": "Readonly<Record<string, never>>",
  "google.protobuf.BoolValue": "boolean",
  "google.protobuf.StringValue": "string",
  "google.protobuf.BytesValue": "string",
  "google.protobuf.DoubleValue": "number",
  "google.protobuf.FloatValue": "number",
  "google.protobuf.Int32Value": "number",
  "google.protobuf.UInt32Value": "number",
  "google.protobuf.Int64Value": "string",
  "google.protobuf.UInt64Value": "string",
};

/** The described type of a full name, looking into the top-level type that holds it. */
function lookup(descriptors, fullName) {
  const parts = fullName.split(".");
  for (let length = parts.length; length > 0; length--) {
    let found = descriptors.get(parts.slice(0, length).join("."));
    if (found === undefined) continue;
    for (const part of parts.slice(length)) found = found?.nested?.[part];
    return found;
  }
  return undefined;
}

function reachable(descriptors, start) {
  const seen = new Set();
  const queue = [...start];
  while (queue.length > 0) {
    const name = queue.pop();
    if (seen.has(name) || (name in wellKnownTypings && !start.includes(name))) continue;
    const type = lookup(descriptors, name);
    if (type === undefined) throw new Error(`no such message: ${name}`);
    seen.add(name);
    for (const field of Object.values(type.fields ?? {})) if (field.type.startsWith(".")) queue.push(field.type.slice(1));
  }
  return [...seen].sort();
}

/** RouteAction.HashPolicy → RouteAction_HashPolicy; names that several packages have take as many of the package's last parts as tell them apart. */
function chooseNames(fullNames) {
  const split = (fullName) => {
    const parts = fullName.split(".");
    const first = parts.findIndex((part) => /^[A-Z]/.test(part));
    return { packages: parts.slice(0, first).filter((part) => !/^v\d/.test(part)), own: parts.slice(first).join("_") };
  };
  const pascal = (part) =>
    part
      .split("_")
      .map((word) => word[0].toUpperCase() + word.slice(1))
      .join("");
  const names = new Map();
  const settle = (candidates, packageParts) => {
    const named = groupBy(candidates, (fullName) => {
      const { packages, own } = split(fullName);
      return `${packageParts === 0 ? "" : packages.slice(-packageParts).map(pascal).join("")}${own}`;
    });
    for (const [name, sharers] of named) {
      if (sharers.length === 1) names.set(sharers[0], name);
      else settle(sharers, packageParts === 0 ? 2 : packageParts + 1);
    }
  };
  settle(fullNames, 0);
  return names;
}

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

export function renderTypings(descriptors, typedMessages) {
  const fullNames = reachable(descriptors, typedMessages);
  const names = chooseNames(fullNames);
  const typingOf = (type) => {
    if (!type.startsWith(".")) return scalarTypings[type];
    return wellKnownTypings[type.slice(1)] ?? names.get(type.slice(1));
  };
  const renderField = ([name, field]) => {
    const typing = typingOf(field.type);
    if (field.keyType !== undefined) return `  readonly ${name}?: Readonly<Record<string, ${typing}>>;`;
    return `  readonly ${name}?: ${field.rule === "repeated" ? `readonly (${typing})[]` : typing};`;
  };
  const blocks = fullNames.map((fullName) => {
    const type = lookup(descriptors, fullName);
    const name = names.get(fullName);
    if (type.values !== undefined) {
      const values = Object.keys(type.values).map((value) => `"${value}"`);
      return `/** ${fullName} */\nexport type ${name} = ${values.join(" | ")} | UnknownEnumValue;\n`;
    }
    const fields = Object.entries(type.fields);
    if (wellKnownTypings[fullName] !== undefined)
      return `/** ${fullName}, as an Any holds it */\nexport interface ${name} { readonly value: ${wellKnownTypings[fullName]} }\n`;
    return `/** ${fullName} */\nexport interface ${name} {\n${fields.map(renderField).join("\n")}\n}\n`;
  });
  const index = typedMessages.map((fullName) => `  "${fullName}": ${names.get(fullName)};`);
  const body = blocks.join("\n");
  const importOf = (candidates, from) => {
    const used = candidates.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
    return used.length === 0 ? [] : [`import type { ${used.join(", ")} } from "${from}";`];
  };
  return [
    ...importOf(["Any", "Duration", "Timestamp", "UnknownEnumValue"], "../model/proto-json.js"),
    ...importOf(["Json", "JsonObject"], "../util/json.js"),
    "",
    body,
    "/** The messages that an Any can be read as, by full name. */",
    `export interface MessageTypes {\n${index.join("\n")}\n}\n`,
  ].join("\n");
}
