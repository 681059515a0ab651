import { placeOf } from "../model/proto-json.js";
import type { ResourceKind } from "../model/snapshot.js";
import { fieldsLeadingTo } from "../proto/fields-leading-to.js";
import type { FieldChoice } from "../proto/read-message.js";
import { messagesIn, type TypedMessage } from "../proto/walk-messages.js";
import { type JsonObject, member } from "../util/json.js";
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

/** Messages that may name another resource; those with a config_discovery have an ExtensionConfigSource. */
const namingTypes: ReadonlySet<string> = new Set([
  ...Object.keys(namingFields),
  secretConfig,
  "envoy.config.core.v3.ExtensionConfigSource",
]);

/** What anybody may put anything into, and Envoy itself does not read. */
const opaqueTypes: ReadonlySet<string> = new Set(["envoy.config.core.v3.Metadata"]);

/** The fields of a message type in which references may stand. */
export const referringFields = (type: string): FieldChoice => fieldsLeadingTo(type, namingTypes, opaqueTypes);

/** The references in a canonical message, in the order of the file. What is fetched on demand is none. */
export function* referencesIn(message: JsonObject, type: string): Generator<Reference> {
  for (const found of messagesIn(message, type)) yield* referencesOf(found);
}

function* referencesOf({ type, message }: TypedMessage): Generator<Reference> {
  const naming = Object.hasOwn(namingFields, type) ? namingFields[type] : undefined;
  if (naming !== undefined && member(member(message, "on_demand"), "odcds_config") === undefined) {
    const { field, kind, by } = naming;
    const value = member(message, field);
    for (const name of Array.isArray(value) ? value : [value]) if (isName(name)) yield { kind, name, by, at: placeOf(message, field) };
  }
  const name = member(message, "name");
  if (!isName(name)) return;
  // A secret's name without a source is that of a secret in the bootstrap, and a filter's default stands in for what is not there yet.
  if (type === secretConfig) yield { kind: "secret", name, by: "tls_context", at: placeOf(message, "name") };
  const discovery = member(message, "config_discovery");
  if (discovery !== undefined && member(discovery, "default_config") === undefined)
    yield { kind: "extension", name, by: "filter", at: placeOf(message, "name") };
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";
