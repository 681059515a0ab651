import { causeCodes, type Explanation, type OutcomeKind, type StepName, stepNames, uncertainCodes } from "../explain/explanation.js";
import type { Shape } from "./shape.js";

/** A field of an explanation that may be expected, or a shorthand for one. */
export interface ExpectedField {
  readonly shape: Shape;
  readonly read: (explanation: Explanation) => unknown;
  /** The steps that decide it: the last of them that was taken is the reason. None: the last step of all. */
  readonly decidedIn: readonly StepName[];
}

const text: Shape = { kind: "text" };
const number: Shape = { kind: "number" };
const boolean: Shape = { kind: "boolean" };
const texts: Shape = { kind: "list", of: text };
const oneOf = (values: readonly string[]): Shape => ({ kind: "text", values });
const listOf = (of: Shape): Shape => ({ kind: "list", of });
const object = (fields: Readonly<Record<string, Shape>>, principal?: string): Shape => ({
  kind: "object",
  fields,
  ...(principal === undefined ? {} : { principal }),
});

const outcomes: Readonly<Record<OutcomeKind, true>> = {
  forward: true,
  redirect: true,
  direct_response: true,
  rejected: true,
  closed: true,
  waiting: true,
};

const socketEnd = object({ ip: text, port: number });
const request = object({
  id: text,
  direction: oneOf(["inbound", "outbound"]),
  destination: socketEnd,
  source: socketEnd,
  directSource: socketEnd,
  acceptedBy: text,
  tls: object({ sni: text, alpn: texts, clientCertificate: object({ uris: texts, dns: texts }) }),
  http: object({ version: text, method: text, authority: text, path: text, headers: { kind: "map", of: texts } }),
  headerPadBytes: number,
  bodyBytes: number,
  payload: text,
  payloadBase64: text,
  serverFirst: boolean,
  random: number,
});
const resolutions = ["given", "virtual-host-domain", "cluster-name", "listener-address", "endpoint", "not-in-dump"];

/** What becomes of a request is decided before TLS towards upstream, which is for whoever forwards. */
const wayToEnd = stepNames.filter((step) => step !== "upstream TLS");
/** The steps on which it depends where a request goes. */
const wayToCluster = [
  "listener",
  "filter chain",
  "network filters",
  "HTTP connection manager",
  "virtual host",
  "route",
  "TCP proxy",
] as const;

/**
 * What may be expected of an explanation, by the name that it has there, and beside that two shorthands: `cluster` (the one
 * cluster that is picked) and `status` (`response.status`).
 */
export const expectedFields = {
  cluster: { shape: text, read: ({ clusters }) => clusters.find(({ chosen }) => chosen === true)?.name ?? null, decidedIn: wayToCluster },
  status: { shape: number, read: ({ response }) => response?.status ?? null, decidedIn: wayToEnd },
  outcome: { shape: oneOf(Object.keys(outcomes)), read: ({ outcome }) => outcome, decidedIn: wayToEnd },
  cause: {
    shape: object(
      {
        code: oneOf(causeCodes),
        message: text,
        at: text,
        nearest: listOf(object({ candidate: text, failedOn: text, at: text }, "candidate")),
      },
      "code",
    ),
    read: ({ cause }) => cause,
    decidedIn: wayToEnd,
  },
  response: {
    shape: object({ status: number, details: text, flags: texts, grpcStatus: number, location: text }),
    read: ({ response }) => response,
    decidedIn: wayToEnd,
  },
  listener: {
    shape: object({ name: text, address: text, at: text }, "name"),
    read: ({ listener }) => listener,
    decidedIn: ["accepting listener", "listener"],
  },
  filterChain: {
    shape: object({ name: text, index: number, default: boolean, at: text }, "name"),
    read: ({ filterChain }) => filterChain,
    decidedIn: ["listener", "filter chain"],
  },
  routeConfiguration: {
    shape: object({ name: text, source: oneOf(["rds", "inline", "scoped"]), at: text }, "name"),
    read: ({ routeConfiguration }) => routeConfiguration,
    decidedIn: ["filter chain", "route configuration"],
  },
  virtualHost: {
    shape: object({ name: text, domain: text, at: text }, "name"),
    read: ({ virtualHost }) => virtualHost,
    decidedIn: ["filter chain", "HTTP connection manager", "virtual host"],
  },
  route: {
    shape: object({ name: text, index: number, at: text }, "name"),
    read: ({ route }) => route,
    decidedIn: ["filter chain", "HTTP connection manager", "virtual host", "route"],
  },
  clusters: {
    shape: listOf(object({ name: text, type: text, inDump: boolean, weight: number, chosen: boolean, at: text }, "name")),
    read: ({ clusters }) => clusters,
    decidedIn: wayToCluster,
  },
  mirrors: { shape: listOf(object({ name: text, at: text }, "name")), read: ({ mirrors }) => mirrors, decidedIn: ["route"] },
  rewrite: { shape: object({ authority: text, path: text }), read: ({ rewrite }) => rewrite, decidedIn: ["route"] },
  timeout: { shape: object({ route: text, idle: text, at: text }, "route"), read: ({ timeout }) => timeout, decidedIn: ["route"] },
  retry: { shape: object({ on: texts, attempts: number, at: text }), read: ({ retry }) => retry, decidedIn: ["route"] },
  endpoints: {
    shape: listOf(object({ address: text, health: text, weight: number, locality: text, at: text }, "address")),
    read: ({ endpoints }) => endpoints,
    decidedIn: [...wayToCluster, "cluster", "endpoints"],
  },
  tls: {
    shape: object({ mode: oneOf(["ISTIO_MUTUAL", "MUTUAL", "SIMPLE", "PLAINTEXT"]), sni: text, alpn: texts, at: text }, "mode"),
    read: ({ tls }) => tls,
    decidedIn: [...wayToCluster, "cluster", "upstream TLS"],
  },
  resolved: {
    shape: object({ how: oneOf(resolutions), at: text }, "how"),
    read: ({ resolved }) => resolved,
    decidedIn: ["accepting listener"],
  },
  request: { shape: request, read: ({ request: evaluated }) => evaluated, decidedIn: ["accepting listener"] },
  why: {
    shape: listOf(
      object(
        {
          step: oneOf(stepNames),
          decision: text,
          because: text,
          at: text,
          rejected: listOf(object({ candidate: text, because: text, at: text }, "candidate")),
        },
        "step",
      ),
    ),
    read: ({ why }) => why,
    decidedIn: [],
  },
  uncertain: {
    shape: listOf(object({ code: oneOf(uncertainCodes), at: text, message: text, decidedBy: text }, "code")),
    read: ({ uncertain }) => uncertain,
    decidedIn: [],
  },
} as const satisfies Readonly<Record<string, ExpectedField>>;

export type ExpectedFieldName = keyof typeof expectedFields;

/** Is this the name of a field that may be expected? */
export const isExpectedField = (name: string): name is ExpectedFieldName => Object.hasOwn(expectedFields, name);
