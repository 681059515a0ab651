// Turns the .proto files of Envoy (from the npm package @grpc/grpc-js-xds) and of this project (proto/) into
// src/generated/descriptors.ts (the JSON texts of the types in one, so that a type costs nothing until it is asked for)
// and src/generated/messages.ts (TypeScript typings of the messages that the models name);
// and of src/util/json-tokens.wat, WebAssembly as text, src/generated/json-tokens-code.ts.
// Runs before the compiler and shares no code with the rest.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { compile } from "watr";
import { layOverNewer, packagedTypeName } from "./lay-over.mjs";
import { typedMessages } from "./typed-messages.mjs";
import { renderTypings } from "./typings.mjs";
import { isRequiredOneof, validationRules } from "./validation-rules.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, "..", "..");
const require = createRequire(import.meta.url);
const envoyProtos = join(dirname(require.resolve("@grpc/grpc-js-xds/package.json")), "deps");
const wellKnownProtos = dirname(require.resolve("protobufjs/package.json"));
const ownProtos = join(project, "proto");
const importRoots = [
  ownProtos,
  ...["envoy-api", "xds", "googleapis", "protoc-gen-validate"].map((folder) => join(envoyProtos, folder)),
  wellKnownProtos,
];

/** Every .proto file below a folder, in a stable order. */
function protoFilesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".proto"))
    .sort()
    .map((file) => join(folder, file));
}

// The v2 API is not decoded by itself: the v3 files name each message's predecessor, which is all that reading a v2 type URL needs.
const isSuperseded = (file) => /^envoy-api[/\\].*[/\\]v2(alpha\d*)?[/\\]/.test(relative(envoyProtos, file));

function loadRoot() {
  const root = new protobuf.Root();
  const missing = [];
  root.resolvePath = (_origin, target) => {
    if (target.startsWith(envoyProtos + sep) || target.startsWith(ownProtos + sep)) return target;
    const found = importRoots.map((folder) => join(folder, target)).find((path) => existsSync(path));
    if (found === undefined) missing.push(target);
    return found ?? null;
  };
  const envoyFiles = ["envoy-api/envoy", "xds/xds", "xds/udpa"]
    .flatMap((folder) => protoFilesBelow(join(envoyProtos, folder)))
    .filter((file) => !isSuperseded(file));
  root.loadSync([...envoyFiles, ...protoFilesBelow(ownProtos)], { keepCase: true });
  if (missing.length > 0) throw new Error(`imports without a file, give them a stand-in under proto/: ${missing.join(", ")}`);
  root.resolveAll();
  return root;
}

const keptOptions = { "(udpa.annotations.sensitive)": "sensitive", deprecated: "deprecated" };
const successorOption = "(udpa.annotations.versioning).previous_message_type";

function describeField(field) {
  field.resolve();
  const type = field.resolvedType ? packagedTypeName(field.resolvedType.fullName) : field.type;
  const described = { type, id: field.id };
  if (field.resolvedType instanceof protobuf.Enum) described.enum = true; // So that nobody has to look at the type to know.
  if (field.map) described.keyType = field.keyType;
  else if (field.repeated) described.rule = "repeated";
  if (field.options?.proto3_optional) described.options = { proto3_optional: true };
  for (const [option, name] of Object.entries(keptOptions)) {
    if (field.options?.[option]) described.options = { ...described.options, [name]: true };
  }
  const rules = validationRules(field);
  if (rules !== undefined) described.rules = rules;
  return described;
}

function describeType(type) {
  const described = { edition: "proto3" };
  const oneofs = type.oneofsArray.map((oneof) => [oneof.name, { oneof: oneof.oneof, ...(isRequiredOneof(oneof) && { required: true }) }]);
  if (oneofs.length > 0) described.oneofs = Object.fromEntries(oneofs);
  described.fields = Object.fromEntries(
    type.fieldsArray.filter((field) => !field.name.startsWith(".")).map((field) => [field.name, describeField(field)]),
  );
  const nested = type.nestedArray.filter((inner) => inner instanceof protobuf.Type || inner instanceof protobuf.Enum);
  if (nested.length > 0) described.nested = Object.fromEntries(nested.map((inner) => [inner.name, describe(inner)]));
  return described;
}

const describeEnum = (enumeration) => ({ edition: "proto3", values: enumeration.values });
const describe = (object) => (object instanceof protobuf.Type ? describeType(object) : describeEnum(object));

// What only describes other .proto files never stands in a dump.
const isAnnotation = (name) => /^(validate|udpa\.annotations|xds\.annotations|envoy\.annotations|google\.api(?!\.expr))\./.test(name);
const isFileDescriptor = (name) =>
  /^google\.protobuf\.(File|Descriptor|Field|Oneof|Enum|Service|Method|Message|Extension|Uninterpreted|Source|Generated|Feature|Edition|Symbol)/.test(
    name,
  );

function collect(root) {
  const descriptors = new Map();
  const successors = new Map();
  const noteSuccessor = (type) => {
    const previous = type.options?.[successorOption];
    if (previous !== undefined) successors.set(previous, type.fullName.slice(1));
    for (const inner of type.nestedArray) if (inner instanceof protobuf.Type) noteSuccessor(inner);
  };
  const visit = (namespace) => {
    for (const object of namespace.nestedArray) {
      const name = object.fullName.slice(1);
      if (object instanceof protobuf.Type || object instanceof protobuf.Enum) {
        if (isAnnotation(name) || isFileDescriptor(name)) continue;
        descriptors.set(name, describe(object));
        if (object instanceof protobuf.Type) noteSuccessor(object);
      } else if (object instanceof protobuf.Namespace) visit(object);
    }
  };
  visit(root);
  layOverNewer(descriptors);
  return { descriptors: sorted(descriptors), successors: sorted(successors) };
}

const sorted = (map) => new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
const quoted = (text) => `'${text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;

/** A constant whose value is one long text: an object of a thousand members takes ten times as long to load. */
const renderText = (name, doc, text) => `/** ${doc} */\nexport const ${name}: string = ${quoted(text)};\n`;

const { descriptors, successors } = collect(loadRoot());
const generated = join(here, "..", "generated");
mkdirSync(generated, { recursive: true });

function writeIfChanged(file, text) {
  const path = join(generated, file);
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

const texts = [...descriptors.values()].map((type) => JSON.stringify(type));
const lengths = [...descriptors.keys()].map((name, index) => [name, texts[index].length]);
const linesOf = (pairs) => [...pairs].map((pair) => pair.join(" ")).join("\n");

const header = "// Generated by src/build/generate.mjs from Envoy's and this project's .proto files. Do not edit.\n";
writeIfChanged(
  "descriptors.ts",
  header +
    renderText("descriptorTable", "A line each top-level type: its full name and the length of its text.", linesOf(lengths)) +
    renderText(
      "descriptorTexts",
      "The texts of the types, protobufjs JSON, in the order of the table, with nothing between them.",
      texts.join(""),
    ) +
    renderText("successorTable", "A line each older message type: its full name and that of its v3 successor.", linesOf(successors)),
);
writeIfChanged("messages.ts", header + renderTypings(descriptors, typedMessages));
writeIfChanged("version.ts", `${header}export const version: string = ${JSON.stringify(require("../../package.json").version)};\n`);
const tokensCode = Buffer.from(compile(readFileSync(join(here, "..", "util", "json-tokens.wat"), "utf8"))).toString("base64");
writeIfChanged(
  "json-tokens-code.ts",
  `// Generated by src/build/generate.mjs from src/util/json-tokens.wat. Do not edit.\n${renderText("jsonTokensCode", "The WebAssembly module, in base64.", tokensCode)}`,
);
