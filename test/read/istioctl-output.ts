import type { ResourceKind, Snapshot } from "../../src/index.js";
import { describeMessage, type FieldKind } from "../../src/proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject, setMember } from "../../src/util/json.js";

const messages = {
  listener: "envoy.config.listener.v3.Listener",
  cluster: "envoy.config.cluster.v3.Cluster",
  route_configuration: "envoy.config.route.v3.RouteConfiguration",
} as const;

/** What `istioctl proxy-config listeners|clusters|routes -o json` prints of a dump: a list, lowerCamelCase, without types. */
export function istioctlList(snapshot: Snapshot, kind: keyof typeof messages): readonly Json[] {
  return snapshot.resources(kind).map((resource) => withJsonNames(messages[kind], withoutType(resource.json() ?? {})));
}

/** What `istioctl proxy-config secrets|bootstrap -o json` prints: the section, lowerCamelCase, without its type. */
export function istioctlSection(snapshot: Snapshot, kind: ResourceKind): Json {
  const section = kind === "secret" ? "SecretsConfigDump" : "BootstrapConfigDump";
  const configs = snapshot.documents[0]?.json();
  const found = isJsonObject(configs) && Array.isArray(configs.configs) ? configs.configs.filter(isJsonObject) : [];
  const json = found.find((config) => String(config["@type"]).endsWith(section)) ?? {};
  return withJsonNames(`envoy.admin.v3.${section}`, withoutType(json));
}

/** What `istioctl proxy-config endpoints -o json` prints: the statuses that Envoy's /clusters has. */
export function istioctlEndpoints(clusters: JsonObject): Json {
  const all = withJsonNames("envoy.admin.v3.Clusters", clusters);
  return isJsonObject(all) ? (all.clusterStatuses ?? []) : [];
}

const withoutType = ({ "@type": _, ...rest }: JsonObject): JsonObject => rest;

function withJsonNames(type: string, json: JsonObject): JsonObject {
  const own = json["@type"];
  const message = describeMessage(typeof own === "string" ? own.slice(own.lastIndexOf("/") + 1) : type);
  const named: Record<string, Json> = {};
  for (const [key, value] of Object.entries(json)) {
    const field = message?.field(key);
    if (field === undefined) setMember(named, key, value);
    else if (field.mapKey !== null && isJsonObject(value)) {
      setMember(named, field.jsonName, Object.fromEntries(Object.entries(value).map(([name, item]) => [name, namedValue(field, item)])));
    } else
      setMember(
        named,
        field.jsonName,
        Array.isArray(value) ? value.map((item: Json) => namedValue(field, item)) : namedValue(field, value),
      );
  }
  return named;
}

const namedValue = (kind: FieldKind, value: Json): Json =>
  kind.kind === "message" && isJsonObject(value) && kind.type !== "google.protobuf.Struct" ? withJsonNames(kind.type, value) : value;
