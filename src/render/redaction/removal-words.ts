import type { RemovalKind } from "../../redact/redaction.js";

/** What is removed, in words. */
export const removalWords = {
  "sensitive-field": "field that Envoy marks as sensitive",
  "private-key": "private key",
  "credential-header": "header with credentials",
  "credential-field": "field with credentials",
  "key-set": "set of keys (JWKS)",
  "extension-code": "code of an extension",
  "extension-configuration": "configuration of an extension",
  "node-metadata": "environment or annotation of the node",
  token: "token",
  "cloud-key": "key of a service",
  password: "password",
  "connection-string": "password in a URL",
  "high-entropy": "value that looks drawn at random",
  "long-text": "text of more than 262,144 characters",
} as const satisfies Record<RemovalKind, string>;
