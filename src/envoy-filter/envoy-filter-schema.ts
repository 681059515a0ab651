import { applyToKinds, patchContexts, patchOperations } from "./envoy-filter.js";

const text = { type: "string" } as const;
const texts = { type: "object", additionalProperties: text } as const;
const port = { type: "integer", minimum: 0, maximum: 4_294_967_295 } as const;

const object = <const Properties extends Readonly<Record<string, unknown>>>(properties: Properties) =>
  ({ type: "object", additionalProperties: false, properties }) as const;

const match = object({
  context: { enum: patchContexts },
  proxy: object({ proxyVersion: text, metadata: texts }),
  listener: object({
    portNumber: port,
    portName: text,
    name: text,
    listenerFilter: text,
    filterChain: object({
      name: text,
      sni: text,
      transportProtocol: text,
      applicationProtocols: text,
      destinationPort: port,
      filter: object({ name: text, subFilter: object({ name: text }) }),
    }),
  }),
  routeConfiguration: object({
    portNumber: port,
    portName: text,
    gateway: text,
    name: text,
    vhost: object({
      name: text,
      domainName: text,
      route: object({ name: text, action: { enum: ["ANY", "ROUTE", "REDIRECT", "DIRECT_RESPONSE"] } }),
    }),
  }),
  cluster: object({ portNumber: port, service: text, subset: text, name: text }),
});

/**
 * JSON Schema of an EnvoyFilter as its custom resource definition has it (networking.istio.io/v1alpha3), save for the values of its
 * patches, which are messages of Envoy. The API server refuses an unknown key by default; so does this.
 */
export const envoyFilterSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "EnvoyFilter",
  description: "The Kubernetes object that `xdsight patch` and `xdsight diff --envoyfilter` read.",
  type: "object",
  required: ["apiVersion", "kind", "metadata"],
  additionalProperties: false,
  properties: {
    apiVersion: { type: "string", pattern: "^networking\\.istio\\.io/" },
    kind: { const: "EnvoyFilter" },
    metadata: {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string", minLength: 1 },
        namespace: text,
        creationTimestamp: { type: ["string", "null"] },
      },
    },
    spec: object({
      workloadSelector: object({ labels: texts }),
      targetRefs: { type: "array", items: object({ group: text, kind: text, name: text, namespace: text }) },
      priority: { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647 },
      configPatches: {
        type: "array",
        items: {
          ...object({
            applyTo: { enum: applyToKinds },
            match,
            patch: {
              ...object({
                operation: { enum: patchOperations },
                value: { type: "object" },
                filterClass: { enum: ["UNSPECIFIED", "AUTHN", "AUTHZ", "STATS"] },
              }),
              required: ["operation"],
            },
          }),
          required: ["applyTo", "patch"],
        },
      },
    }),
    status: { type: "object" },
  },
} as const;
