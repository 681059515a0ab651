import type { ResourceKind, ResourceState, SectionName } from "../model/snapshot.js";

/** A field by its two spellings: Envoy prints the proto name, istiod and istioctl the JSON name. */
export interface FieldName {
  readonly proto: string;
  readonly json: string;
}

/** Where within an entry a resource stands, and in which state it then is. */
export interface ResourcePlace {
  /** The field of the entry that holds the state (`active_state`); null where the entry itself does. */
  readonly within: FieldName | null;
  /** The field that holds the resource. */
  readonly holds: FieldName;
  readonly state: ResourceState;
}

/** One field of a section that holds resources. */
export interface SectionField {
  readonly field: FieldName;
  /** `list`: entries with one resource each and state; `groups`: entries with a list of resources each; `single`: the resource itself. */
  readonly shape: "list" | "groups" | "single";
  readonly places: readonly ResourcePlace[];
}

/** One section of a config dump, after envoy/admin/v3/config_dump.proto and config_dump_shared.proto. */
export interface SectionLayout {
  readonly name: SectionName;
  /** The message's name without its package. */
  readonly message: string;
  readonly kind: ResourceKind;
  /** The resource in words, for problems: "a cluster". */
  readonly resource: string;
  /** The field of the resource that names it; null where it has no name. */
  readonly nameField: FieldName | null;
  readonly fields: readonly SectionField[];
}

const field = (proto: string): FieldName => ({ proto, json: proto.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) });

export const versionInfoField = field("version_info");
export const lastUpdatedField = field("last_updated");
export const nameField = field("name");
export const clientStatusField = field("client_status");
export const errorStateField = field("error_state");
export const failedConfigurationField = field("failed_configuration");
export const detailsField = field("details");
export const lastUpdateAttemptField = field("last_update_attempt");

const place = (holds: string, state: ResourceState, within?: string): ResourcePlace => ({
  within: within === undefined ? null : field(within),
  holds: field(holds),
  state,
});
/** What any dynamic entry may hold beside its resource: the version that Envoy refused. */
const refused: ResourcePlace = { within: errorStateField, holds: failedConfigurationField, state: "error" };

const list = (name: string, ...places: readonly ResourcePlace[]): SectionField => ({ field: field(name), shape: "list", places });
const groups = (name: string, ...places: readonly ResourcePlace[]): SectionField => ({ field: field(name), shape: "groups", places });

export const sectionLayouts: readonly SectionLayout[] = [
  {
    name: "bootstrap",
    message: "BootstrapConfigDump",
    kind: "bootstrap",
    resource: "a bootstrap",
    nameField: null,
    fields: [{ field: field("bootstrap"), shape: "single", places: [place("bootstrap", "static")] }],
  },
  {
    name: "clusters",
    message: "ClustersConfigDump",
    kind: "cluster",
    resource: "a cluster",
    nameField,
    fields: [
      list("static_clusters", place("cluster", "static")),
      list("dynamic_active_clusters", place("cluster", "active"), refused),
      list("dynamic_warming_clusters", place("cluster", "warming"), refused),
    ],
  },
  {
    name: "endpoints",
    message: "EndpointsConfigDump",
    kind: "endpoints",
    resource: "an endpoint configuration",
    nameField: field("cluster_name"),
    fields: [
      list("static_endpoint_configs", place("endpoint_config", "static")),
      list("dynamic_endpoint_configs", place("endpoint_config", "active"), refused),
    ],
  },
  {
    name: "listeners",
    message: "ListenersConfigDump",
    kind: "listener",
    resource: "a listener",
    nameField,
    fields: [
      list("static_listeners", place("listener", "static")),
      list(
        "dynamic_listeners",
        place("listener", "active", "active_state"),
        place("listener", "warming", "warming_state"),
        place("listener", "draining", "draining_state"),
        refused,
      ),
    ],
  },
  {
    name: "scoped_routes",
    message: "ScopedRoutesConfigDump",
    kind: "scoped_route",
    resource: "a list of scoped route configurations",
    nameField,
    fields: [
      groups("inline_scoped_route_configs", place("scoped_route_configs", "static")),
      groups("dynamic_scoped_route_configs", place("scoped_route_configs", "active"), refused),
    ],
  },
  {
    name: "routes",
    message: "RoutesConfigDump",
    kind: "route_configuration",
    resource: "a route configuration",
    nameField,
    fields: [
      list("static_route_configs", place("route_config", "static")),
      list("dynamic_route_configs", place("route_config", "active"), refused),
    ],
  },
  {
    name: "secrets",
    message: "SecretsConfigDump",
    kind: "secret",
    resource: "a secret",
    nameField,
    fields: [
      list("static_secrets", place("secret", "static")),
      list("dynamic_active_secrets", place("secret", "active"), refused),
      list("dynamic_warming_secrets", place("secret", "warming"), refused),
    ],
  },
  {
    name: "ecds",
    message: "EcdsConfigDump",
    kind: "extension",
    resource: "an extension configuration",
    nameField,
    fields: [list("ecds_filters", place("ecds_filter", "active"), refused)],
  },
];

/** The packages that the sections' messages have had: v2alpha until Envoy 1.17. */
const packages = ["envoy.admin.v3.", "envoy.admin.v2alpha."];
const layoutsByType = new Map(sectionLayouts.flatMap((layout) => packages.map((prefix) => [prefix + layout.message, layout] as const)));

/** The layout of a section by its type URL (or bare message name). */
export function layoutOfType(type: string): SectionLayout | undefined {
  return layoutsByType.get(type.slice(type.lastIndexOf("/") + 1));
}

const fieldsByKey = (layout: SectionLayout): readonly (readonly [string, SectionField])[] =>
  layout.fields.flatMap((sectionField) => [
    [sectionField.field.proto, sectionField] as const,
    [sectionField.field.json, sectionField] as const,
  ]);
const sectionFields = new Map(sectionLayouts.map((layout) => [layout, new Map(fieldsByKey(layout))]));

/** The field of a section under a key of the file, in either spelling. */
export function sectionFieldOf(layout: SectionLayout, key: string): SectionField | undefined {
  return sectionFields.get(layout)?.get(key);
}

/** Is the file's key this field, in either spelling? */
export const isField = (key: string, { proto, json }: FieldName): boolean => key === proto || key === json;
