const socketEnd = {
  type: "object",
  required: ["ip", "port"],
  additionalProperties: false,
  properties: { ip: { type: "string", minLength: 1 }, port: { type: "integer", minimum: 0, maximum: 65_535 } },
} as const;
const texts = { type: "array", items: { type: "string" } } as const;

/** JSON Schema of one request, as `explain --requests` and `test` read it. */
export const requestSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "xdsight request",
  description: "One of the requests that `xdsight explain --requests` and the library take.",
  type: "object",
  required: ["destination"],
  additionalProperties: false,
  properties: {
    id: { type: "string" },
    direction: { enum: ["inbound", "outbound"] },
    destination: socketEnd,
    source: socketEnd,
    directSource: socketEnd,
    acceptedBy: { type: "string" },
    tls: {
      type: "object",
      additionalProperties: false,
      properties: {
        sni: { type: "string" },
        alpn: texts,
        clientCertificate: { type: "object", additionalProperties: false, properties: { uris: texts, dns: texts } },
      },
    },
    http: {
      type: "object",
      required: ["version", "method"],
      additionalProperties: false,
      properties: {
        version: { enum: ["http/1.0", "http/1.1", "h2"] },
        method: { type: "string", minLength: 1 },
        authority: { type: "string" },
        path: { type: "string" },
        headers: { type: "object", additionalProperties: texts },
      },
    },
    headerPadBytes: { type: "integer", minimum: 0 },
    bodyBytes: { type: "integer", minimum: 0 },
    payload: { type: "string" },
    payloadBase64: { type: "string", pattern: "^[A-Za-z0-9+/]*={0,2}$" },
    serverFirst: { type: "boolean" },
    random: { type: "integer", minimum: 0 },
  },
} as const;
