import { uncertainCodes } from "../explain/explanation.js";
import { requestSchema } from "../explain/request-schema.js";
import { expectedFields } from "./expected-fields.js";
import type { Shape } from "./shape.js";
import { targetOptionNames } from "./target-options.js";

interface Schema {
  readonly [keyword: string]: unknown;
}

const text = { type: "string", minLength: 1 };
const texts = { type: "array", items: { type: "string" } };
const socketEnd = { type: "string", description: "IP:PORT or [IPV6]:PORT" };
const allowUncertain = {
  description: "what may stay undecided: all of it, or these codes",
  anyOf: [{ type: "boolean" }, { type: "array", items: { enum: uncertainCodes } }],
};
const { $schema: _, title: __, description: ___, ...request } = requestSchema;

const expectation: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    name: text,
    target: { type: "string", description: "as `xdsight explain` takes it: http://reviews:9080/, mysql:3306" },
    to: socketEnd,
    direction: { enum: ["inbound", "outbound"] },
    source: socketEnd,
    sni: text,
    alpn: texts,
    clientCertUri: texts,
    method: text,
    headers: { type: "object", additionalProperties: { anyOf: [{ type: "string" }, texts] } },
    http2: { type: "boolean" },
    payload: text,
    serverFirst: { type: "boolean" },
    random: { type: "integer", minimum: 0 },
    request,
    expect: { $ref: "#/$defs/parts", description: "what the explanation must be" },
    not: { $ref: "#/$defs/parts", description: "what it must not be: none of these" },
    allowUncertain,
  },
  allOf: [
    {
      oneOf: [
        { required: ["target"], not: { required: ["request"] } },
        { required: ["request"], not: { anyOf: ["target", ...targetOptionNames].map((key) => ({ required: [key] })) } },
      ],
    },
    { anyOf: ["expect", "not"].map((key) => ({ required: [key], properties: { [key]: { type: "object", minProperties: 1 } } })) },
  ],
};

/** JSON Schema of a file of expectations, for editors and other programs; made of the same table that checks them. */
export const expectationsSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "xdsight expectations",
  description: "What `xdsight test` checks on a config dump.",
  anyOf: [
    { $ref: "#/$defs/expectations" },
    {
      type: "object",
      additionalProperties: false,
      required: ["expectations"],
      properties: { allowUncertain, expectations: { $ref: "#/$defs/expectations" } },
    },
  ],
  $defs: {
    expectations: { type: "array", items: { $ref: "#/$defs/expectation" } },
    expectation,
    parts: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(expectedFields).map(([name, { shape }]) => [name, schemaOf(shape)])),
    },
    text: { anyOf: [{ type: ["string", "null"] }, { $ref: "#/$defs/pattern" }] },
    pattern: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        glob: { type: "string", description: "* takes any run of characters" },
        regex: { type: "string", description: "RE2; takes the whole text" },
      },
    },
  },
};

function schemaOf(shape: Shape): Schema {
  switch (shape.kind) {
    case "text":
      return shape.values === undefined ? { $ref: "#/$defs/text" } : { anyOf: [{ enum: shape.values }, { $ref: "#/$defs/pattern" }] };
    case "number":
    case "boolean":
      return { type: [shape.kind, "null"] };
    case "list": {
      const list = { type: "array", items: schemaOf(shape.of) };
      const containing = { type: "object", additionalProperties: false, required: ["contains"], properties: { contains: list } };
      return { anyOf: [{ type: "null" }, list, containing] };
    }
    case "map":
      return { type: ["object", "null"], additionalProperties: schemaOf(shape.of) };
    case "object": {
      const { fields, principal } = shape;
      const properties = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)]));
      const object = { type: ["object", "null"], additionalProperties: false, properties };
      const field = principal === undefined ? undefined : fields[principal];
      return field === undefined ? object : { anyOf: [schemaOf(field), object] };
    }
  }
}
