import type { Json } from "../../src/util/json.js";

/** A secret that was planted: `core` is what must not be found again in any shape. */
export interface Canary {
  readonly core: string;
  readonly shape: string;
  readonly place: string;
}

/** Numbers from a seed (mulberry32), so that a leak can be planted again. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
type Mutable = { [key: string]: unknown };

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const alphanumeric = `${lower}${lower.toUpperCase()}${digits}`;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
const draw = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

interface Shape {
  readonly name: string;
  /** The secret as it stands in a text by itself. */
  readonly text: (core: string, random: Random) => string;
  readonly core: (random: Random) => string;
}

/** Secrets that their own shape gives away, wherever they stand. */
const shapes: readonly Shape[] = [
  { name: "bearer", core: (random) => draw(random, alphanumeric, 32), text: (core) => `Bearer ${core}` },
  {
    name: "jwt",
    core: (random) => base64(JSON.stringify({ sub: draw(random, lower, 12), iat: 1700000000 })).replace(/=+$/, ""),
    text: (core, random) => `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${core}.${draw(random, `${alphanumeric}-_`, 43)}`,
  },
  {
    name: "pem",
    core: (random) => draw(random, `${alphanumeric}+/`, 64),
    text: (core, random) =>
      `-----BEGIN ${pick(random, ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "])}PRIVATE KEY-----\n${core}\n-----END PRIVATE KEY-----\n`,
  },
  { name: "aws-key", core: (random) => `AKIA${draw(random, `${lower.toUpperCase()}234567`, 16)}`, text: (core) => core },
  { name: "aws-secret", core: (random) => draw(random, `${alphanumeric}`, 40), text: (core) => core },
  { name: "github", core: (random) => `ghp_${draw(random, alphanumeric, 36)}`, text: (core) => core },
  { name: "slack", core: (random) => `xoxb-${draw(random, digits, 12)}-${draw(random, alphanumeric, 24)}`, text: (core) => core },
  { name: "stripe", core: (random) => `sk_live_${draw(random, alphanumeric, 24)}`, text: (core) => core },
  { name: "google", core: (random) => `AIza${draw(random, `${alphanumeric}_-`, 35)}`, text: (core) => core },
  {
    name: "gcp-service-account",
    core: (random) => draw(random, `${alphanumeric}+/`, 64),
    text: (core) =>
      JSON.stringify({ type: "service_account", private_key: `-----BEGIN PRIVATE KEY-----\n${core}\n-----END PRIVATE KEY-----\n` }),
  },
  {
    name: "azure",
    core: (random) => `${draw(random, `${alphanumeric}+/`, 86)}==`,
    text: (core) => `DefaultEndpointsProtocol=https;AccountName=bookinfo;AccountKey=${core};EndpointSuffix=core.windows.net`,
  },
  {
    name: "url-password",
    core: (random) => draw(random, `${alphanumeric}-_`, 14),
    text: (core) => `postgres://ratings:${core}@mysql.default:5432/test`,
  },
  {
    name: "query-token",
    core: (random) => draw(random, alphanumeric, 24),
    text: (core) => `https://login.example.com/cb?access_token=${core}&state=1`,
  },
  { name: "basic", core: (random) => base64(`admin:${draw(random, alphanumeric, 12)}`), text: (core) => `Basic ${core}` },
  { name: "assignment", core: (random) => draw(random, `${lower}${digits}`, 10), text: (core) => `db_password=${core}` },
  { name: "json", core: (random) => draw(random, `${lower}${digits}`, 12), text: (core) => `{"user":"admin","password":"${core}"}` },
  { name: "random", core: (random) => draw(random, alphanumeric, 43), text: (core) => core },
];

/** What only its place gives away. */
const words: Shape = {
  name: "words",
  core: (random) => `${draw(random, lower, 7)}-${draw(random, lower, 6)}${draw(random, digits, 2)}`,
  text: (core) => core,
};

/** The same within a longer text, or in an encoding. */
const dresses: readonly (readonly [name: string, dress: (text: string) => string])[] = [
  ["plain", (text) => text],
  ["within", (text) => `see the runbook (${text}) before you call`],
  ["base64", base64],
  ["url-encoded", (text) => `next=${encodeURIComponent(text)}`],
  ["base64 of longer", (text) => base64(`config: "${text}"\nmode: on\n`)],
];

interface Plant {
  readonly name: string;
  /** `any`: only secrets with a shape of their own are found here; `secret`: whatever stands here is one. */
  readonly hides: "shapes" | "all";
  /** Puts a text into the dump; false where the dump has no such place. */
  readonly put: (dump: Finder, text: string, random: Random) => boolean;
}

/** The places of a dump that things can be planted in. */
class Finder {
  readonly routes: Mutable[] = [];
  readonly clusters: Mutable[] = [];
  readonly managers: Mutable[] = [];
  readonly nodes: Mutable[] = [];
  readonly secretLists: Mutable[][] = [];

  constructor(dump: unknown) {
    const waiting: unknown[] = [dump];
    for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
      if (Array.isArray(value)) waiting.push(...value);
      else if (isObject(value)) {
        const type = String(value["@type"] ?? "");
        if (isObject(value.match) && (isObject(value.route) || isObject(value.direct_response) || isObject(value.redirect)))
          this.routes.push(value);
        if (type.endsWith("envoy.config.cluster.v3.Cluster")) this.clusters.push(value);
        if (type.endsWith("http_connection_manager.v3.HttpConnectionManager")) this.managers.push(value);
        if (isObject(value.node) && isObject(value.node.metadata)) this.nodes.push(value.node);
        if (Array.isArray(value.dynamic_active_secrets)) this.secretLists.push(value.dynamic_active_secrets);
        waiting.push(...Object.values(value));
      }
    }
  }
}

const isObject = (value: unknown): value is Mutable => typeof value === "object" && value !== null && !Array.isArray(value);

const push = (holder: Mutable, key: string, item: unknown, first = false): true => {
  const list = Array.isArray(holder[key]) ? (holder[key] as unknown[]) : [];
  holder[key] = first ? [item, ...list] : [...list, item];
  return true;
};
const anyOf = (type: string, rest: Mutable, random: Random): Mutable =>
  random() < 0.5 ? { "@type": `type.googleapis.com/${type}`, ...rest } : { ...rest, "@type": `type.googleapis.com/${type}` };
const secretHeaders = ["authorization", "cookie", "x-api-key", "proxy-authorization", "x-auth-token", "x-client-secret"];

const onRoute = (name: string, hides: Plant["hides"], put: (route: Mutable, text: string, random: Random) => unknown): Plant => ({
  name,
  hides,
  put: ({ routes }, text, random) => routes.length > 0 && put(pick(random, routes), text, random) !== false,
});
const onCluster = (name: string, hides: Plant["hides"], put: (cluster: Mutable, text: string, random: Random) => unknown): Plant => ({
  name,
  hides,
  put: ({ clusters }, text, random) => clusters.length > 0 && put(pick(random, clusters), text, random) !== false,
});
const httpFilter = (name: string, hides: Plant["hides"], type: string, config: (text: string, random: Random) => Mutable): Plant => ({
  name,
  hides,
  put: ({ managers }, text, random) =>
    managers.length > 0 &&
    push(pick(random, managers), "http_filters", { name: "planted", typed_config: anyOf(type, config(text, random), random) }, true),
});
const secret = (name: string, body: (text: string) => Mutable): Plant => ({
  name,
  hides: "all",
  put: ({ secretLists }, text, random) =>
    secretLists.length > 0 &&
    pick(random, secretLists).push({
      name: "planted",
      secret: anyOf("envoy.extensions.transport_sockets.tls.v3.Secret", { name: "planted", ...body(text) }, random),
    }) > 0,
});

const plants: readonly Plant[] = [
  onRoute("header added", "all", (route, value, random) =>
    push(route, pick(random, ["request_headers_to_add", "response_headers_to_add"]), {
      header: random() < 0.7 ? { key: pick(random, secretHeaders), value } : { value, key: pick(random, secretHeaders) },
    }),
  ),
  onRoute("innocent header", "shapes", (route, value) => push(route, "request_headers_to_add", { header: { key: "x-note", value } })),
  onRoute("header matcher", "all", (route, exact, random) =>
    push(route.match as Mutable, "headers", {
      name: pick(random, secretHeaders),
      string_match: { [pick(random, ["exact", "prefix", "contains"])]: exact },
    }),
  ),
  onRoute("direct response", "shapes", (route, text, random) => {
    delete route.route;
    delete route.redirect;
    route.direct_response = { status: 200, body: random() < 0.5 ? { inline_string: text } : { inline_bytes: base64(text) } };
  }),
  onRoute("metadata under a telling key", "all", (route, value, random) => {
    route.metadata = {
      filter_metadata: { "com.example": { [pick(random, ["apiKey", "password", "client_secret", "db-password", "authToken"])]: value } },
    };
  }),
  onRoute("metadata", "shapes", (route, value) => {
    route.metadata = { filter_metadata: { "com.example": { note: value, list: [1, { deep: value }] } } };
  }),
  onRoute("key of metadata", "shapes", (route, key) => {
    route.metadata = { filter_metadata: { "com.example": { [key]: true } } };
  }),
  onRoute("unknown field", "shapes", (route, value) => {
    route.a_field_of_the_future = { note: value };
  }),
  onRoute("redirect", "shapes", (route, text) => {
    delete route.route;
    delete route.direct_response;
    route.redirect = { path_redirect: `/moved?${text}` };
  }),
  onRoute("telling query of a redirect", "all", (route, text) => {
    delete route.route;
    delete route.direct_response;
    route.redirect = { path_redirect: `/moved?access_token=${encodeURIComponent(text)}` };
  }),
  onRoute("Lua of a route", "all", (route, inline_string, random) => {
    route.typed_per_filter_config = {
      lua: anyOf("envoy.extensions.filters.http.lua.v3.LuaPerRoute", { source_code: { inline_string } }, random),
    };
  }),
  onCluster("health check header", "all", (cluster, value, random) =>
    push(cluster, "health_checks", {
      http_health_check: { path: "/healthz", request_headers_to_add: [{ header: { key: pick(random, secretHeaders), value } }] },
    }),
  ),
  onCluster("private key of a cluster", "all", (cluster, inline_string, random) => {
    cluster.transport_socket = {
      name: "envoy.transport_sockets.tls",
      typed_config: anyOf(
        "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        { common_tls_context: { tls_certificates: [{ private_key: { inline_string } }] } },
        random,
      ),
    };
  }),
  onCluster("cluster metadata", "shapes", (cluster, owner) => {
    cluster.metadata = { filter_metadata: { istio: { services: [{ host: "reviews", annotations: { owner } }] } } };
  }),
  httpFilter("Lua", "all", "envoy.extensions.filters.http.lua.v3.Lua", (text, random) =>
    random() < 0.5
      ? { inline_code: `function envoy_on_request(h)\n h:headers():add('x', '${text}')\nend\n` }
      : { source_codes: { main: { inline_string: `local key = '${text}'` } } },
  ),
  httpFilter("Lua in a TypedStruct", "all", "udpa.type.v1.TypedStruct", (text) => ({
    value: { inline_code: `local key = '${text}'` },
    type_url: "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
  })),
  httpFilter("unknown type, telling key", "all", "example.auth.v1.Filter", (text, random) => ({
    settings: { [pick(random, ["password", "apiToken", "signing_key", "clientSecret"])]: text, retries: 3 },
  })),
  httpFilter("unknown type", "shapes", "example.auth.v1.Filter", (text) => ({ settings: { note: text, hosts: ["reviews"] } })),
  httpFilter("unknown type, named pair", "all", "example.auth.v1.Filter", (value) => ({ env: [{ name: "DB_PASSWORD", value }] })),
  httpFilter("TypedStruct of an unknown type", "shapes", "xds.type.v3.TypedStruct", (text) => ({
    type_url: "type.googleapis.com/example.auth.v1.Filter",
    value: { nested: [{ note: text }] },
  })),
  httpFilter("Wasm", "all", "envoy.extensions.filters.http.wasm.v3.Wasm", (text, random) => ({
    config: pick<Mutable>(random, [
      { configuration: { "@type": "type.googleapis.com/google.protobuf.StringValue", value: text } },
      { configuration: { "@type": "type.googleapis.com/google.protobuf.Struct", value: { mode: text } } },
      { vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { inline_string: text } } } },
      { vm_config: { environment_variables: { key_values: { MODE: text } } } },
    ]),
  })),
  httpFilter("JWKS", "all", "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication", (text) => ({
    providers: {
      login: { issuer: "login.example.com", local_jwks: { inline_string: JSON.stringify({ keys: [{ kty: "oct", k: text }] }) } },
    },
  })),
  httpFilter("basic auth", "all", "envoy.extensions.filters.http.basic_auth.v3.BasicAuth", (text) => ({
    users: { inline_string: `admin:${text}` },
  })),
  httpFilter("API keys", "all", "envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth", (key) => ({
    credentials: [{ key, client: "jason" }],
  })),
  httpFilter("gRPC metadata", "all", "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", (value, random) => ({
    grpc_service: { envoy_grpc: { cluster_name: "authz" }, initial_metadata: [{ key: pick(random, secretHeaders), value }] },
  })),
  httpFilter("gRPC credentials", "all", "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", (access_token) => ({
    grpc_service: { google_grpc: { target_uri: "authz.example.com", call_credentials: [{ access_token }] } },
  })),
  httpFilter("RBAC header", "all", "envoy.extensions.filters.http.rbac.v3.RBAC", (exact, random) => ({
    rules: {
      policies: {
        "ns[default]-policy[viewer]-rule[0]": { permissions: [{ header: { string_match: { exact }, name: pick(random, secretHeaders) } }] },
      },
    },
  })),
  httpFilter("matcher tree", "all", "envoy.extensions.filters.http.rbac.v3.RBAC", (exact) => ({
    matcher: {
      matcher_list: {
        matchers: [
          {
            predicate: {
              single_predicate: {
                value_match: { exact },
                input: {
                  name: "header",
                  typed_config: {
                    "@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
                    header_name: "authorization",
                  },
                },
              },
            },
          },
        ],
      },
    },
  })),
  {
    name: "access log",
    hides: "shapes",
    put: ({ managers }, text, random) =>
      managers.length > 0 &&
      push(pick(random, managers), "access_log", {
        name: "envoy.access_loggers.file",
        typed_config: anyOf(
          "envoy.extensions.access_loggers.file.v3.FileAccessLog",
          { path: "/dev/stdout", log_format: { text_format_source: { inline_string: `%REQ(:PATH)% ${text}\n` } } },
          random,
        ),
      }),
  },
  ...["ANNOTATIONS", "ISTIO_META_SECRET", "DB_URL", "EXTRA"].map(
    (key): Plant => ({
      name: `node metadata ${key}`,
      hides: "all",
      put: ({ nodes }, text, random) => {
        if (nodes.length === 0) return false;
        const metadata = pick(random, nodes).metadata as Mutable;
        const own = `${key}_${Object.keys(metadata).length}`;
        if (key === "ANNOTATIONS") metadata.ANNOTATIONS = { ...(metadata.ANNOTATIONS as Mutable), [`example.com/note-${own}`]: text };
        else metadata[own] = random() < 0.5 ? text : { nested: [text] };
        return true;
      },
    }),
  ),
  secret("generic secret", (inline_string) => ({ generic_secret: { secret: { inline_string } } })),
  secret("private key", (text) => ({ tls_certificate: { private_key: { inline_bytes: base64(text) } } })),
  secret("password of a key", (inline_string) => ({ tls_certificate: { password: { inline_string } } })),
  secret("session ticket keys", (text) => ({ session_ticket_keys: { keys: [{ inline_bytes: base64(text) }] } })),
];

export interface PlantedDump {
  readonly text: string;
  readonly canaries: readonly Canary[];
}

/** Plants secrets of all kinds at random places of a dump. */
export function plantCanaries(dump: Json, seed: number, count: number): PlantedDump {
  const random = numbersFrom(seed);
  const copy: unknown = structuredClone(dump);
  const finder = new Finder(copy);
  const canaries: Canary[] = [];
  while (canaries.length < count) {
    const plant = pick(random, plants);
    const shape = plant.hides === "all" && random() < 0.4 ? words : pick(random, shapes);
    const [dressed, dress] = pick(random, dresses);
    const core = shape.core(random);
    if (!plant.put(finder, dress(shape.text(core, random)), random)) continue;
    canaries.push({ core, shape: `${shape.name}, ${dressed}`, place: plant.name });
  }
  return { text: JSON.stringify(copy, null, 1), canaries };
}

/** A text in all the shapes in which a secret may still be read in it: with everything decoded that can be, several times over. */
export function readable(text: string): string {
  let all = text;
  let layer = text.replaceAll("\\n", "\n").replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  for (let depth = 0; depth < 4; depth++) {
    all += `\n${layer}`;
    const decoded: string[] = [];
    for (const [run] of layer.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)) {
      for (let offset = 0; offset < 4; offset++) decoded.push(Buffer.from(run.slice(offset), "base64").toString("utf8"));
    }
    for (const [run] of layer.matchAll(/[^\s"]*%[0-9A-Fa-f]{2}[^\s"]*/g)) {
      decoded.push(run.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
    }
    if (decoded.length === 0) break;
    layer = decoded.join("\n");
  }
  return all;
}
