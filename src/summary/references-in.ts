import type { ResourceKind } from "../model/snapshot.js";
import type { MessageDescription } from "../proto/describe-type.js";
import { type VisitedMessage, visitMessages } from "../proto/visit-messages.js";
import type { FieldsOfInterest } from "../proto/way-to.js";
import { type Json, type JsonObject, member } from "../util/json.js";
import type { ReferenceBy } from "./summary.js";

/** A place where one resource names another. */
export interface Reference {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly by: ReferenceBy;
  readonly at: string;
}

/** The fields of Envoy's messages that name another resource of the dump. */
const namingFields: Readonly<Record<string, { readonly field: string; readonly kind: ResourceKind; readonly by: ReferenceBy }>> = {
  "envoy.config.route.v3.RouteAction": { field: "cluster", kind: "cluster", by: "route" },
  "envoy.config.route.v3.WeightedCluster.ClusterWeight": { field: "name", kind: "cluster", by: "weighted_cluster" },
  "envoy.config.route.v3.RouteAction.RequestMirrorPolicy": { field: "cluster", kind: "cluster", by: "request_mirror_policy" },
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy": { field: "cluster", kind: "cluster", by: "tcp_proxy" },
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight": {
    field: "name",
    kind: "cluster",
    by: "weighted_cluster",
  },
  "envoy.config.core.v3.GrpcService.EnvoyGrpc": { field: "cluster_name", kind: "cluster", by: "grpc_service" },
  "envoy.config.core.v3.HttpUri": { field: "cluster", kind: "cluster", by: "http_service" },
  "envoy.extensions.clusters.aggregate.v3.ClusterConfig": { field: "clusters", kind: "cluster", by: "aggregate_cluster" },
  "envoy.extensions.filters.network.http_connection_manager.v3.Rds": {
    field: "route_config_name",
    kind: "route_configuration",
    by: "http_connection_manager",
  },
  "envoy.config.route.v3.ScopedRouteConfiguration": { field: "route_configuration_name", kind: "route_configuration", by: "scoped_route" },
};

const secretConfig = "envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig";

/** The fields by which a message names another resource, and those that tell whether it does. */
export function referringFields({ name, field }: MessageDescription): FieldsOfInterest | undefined {
  if (name === secretConfig) return { taken: ["name"] };
  const naming = Object.hasOwn(namingFields, name) ? namingFields[name] : undefined;
  if (naming !== undefined) return { taken: ["on_demand"], aside: [naming.field] };
  return field("config_discovery") === undefined ? undefined : { taken: ["name", "config_discovery"] };
}

/** All that a resource refers to by its JSON, in the order of the file; `at` is relative to it. What is fetched on demand is none. */
export function referencesIn(json: JsonObject, type: string): readonly Reference[] {
  const references: Reference[] = [];
  visitMessages(type, json, "", (message) => addReferences(message, references));
  return references;
}

function addReferences(message: VisitedMessage, references: Reference[]): void {
  const { type } = message;
  const naming = Object.hasOwn(namingFields, type) ? namingFields[type] : undefined;
  if (naming !== undefined && !hasEither(message.get("on_demand"), "odcds_config", "odcdsConfig")) {
    const { field, kind, by } = naming;
    const value = message.get(field);
    for (const name of Array.isArray(value) ? value : [value])
      if (isName(name)) references.push({ kind, name, by, at: message.placeOf(field) });
  }
  // A secret's name without a source is that of a secret in the bootstrap, and a filter's default stands in for what is not there yet.
  const discovery = message.get("config_discovery");
  if (type !== secretConfig && discovery === undefined) return;
  const name = message.get("name");
  if (!isName(name)) return;
  if (type === secretConfig) references.push({ kind: "secret", name, by: "tls_context", at: message.placeOf("name") });
  if (discovery !== undefined && !hasEither(discovery, "default_config", "defaultConfig"))
    references.push({ kind: "extension", name, by: "filter", at: message.placeOf("name") });
}

/** A null is as good as absent. */
const hasEither = (value: Json | undefined, protoName: string, jsonName: string): boolean =>
  (member(value, protoName) ?? member(value, jsonName) ?? null) !== null;

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";
