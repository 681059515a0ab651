import { messageNameIn } from "../model/proto-json.js";
import { type ResourceKind, type ResourceState, type SectionName, sectionNames } from "../model/snapshot.js";

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
  /** The message of its entries without the section's name: `DynamicListener`; null for what is no list of them. */
  readonly entry: string | null;
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

const list = (name: string, entry: string, ...places: readonly ResourcePlace[]): SectionField => ({
  field: field(name),
  shape: "list",
  places,
  entry,
});
const groups = (name: string, entry: string, ...places: readonly ResourcePlace[]): SectionField => ({
  field: field(name),
  shape: "groups",
  places,
  entry,
});

const layoutsByName: Readonly<Record<SectionName, SectionLayout>> = {
  bootstrap: {
    name: "bootstrap",
    message: "BootstrapConfigDump",
    kind: "bootstrap",
    resource: "a bootstrap",
    nameField: null,
    fields: [{ field: field("bootstrap"), shape: "single", places: [place("bootstrap", "static")], entry: null }],
  },
  clusters: {
    name: "clusters",
    message: "ClustersConfigDump",
    kind: "cluster",
    resource: "a cluster",
    nameField,
    fields: [
      list("static_clusters", "StaticCluster", place("cluster", "static")),
      list("dynamic_active_clusters", "DynamicCluster", place("cluster", "active"), refused),
      list("dynamic_warming_clusters", "DynamicCluster", place("cluster", "warming"), refused),
    ],
  },
  endpoints: {
    name: "endpoints",
    message: "EndpointsConfigDump",
    kind: "endpoints",
    resource: "an endpoint configuration",
    nameField: field("cluster_name"),
    fields: [
      list("static_endpoint_configs", "StaticEndpointConfig", place("endpoint_config", "static")),
      list("dynamic_endpoint_configs", "DynamicEndpointConfig", place("endpoint_config", "active"), refused),
    ],
  },
  listeners: {
    name: "listeners",
    message: "ListenersConfigDump",
    kind: "listener",
    resource: "a listener",
    nameField,
    fields: [
      list("static_listeners", "StaticListener", place("listener", "static")),
      list(
        "dynamic_listeners",
        "DynamicListener",
        place("listener", "active", "active_state"),
        place("listener", "warming", "warming_state"),
        place("listener", "draining", "draining_state"),
        refused,
      ),
    ],
  },
  scoped_routes: {
    name: "scoped_routes",
    message: "ScopedRoutesConfigDump",
    kind: "scoped_route",
    resource: "a list of scoped route configurations",
    nameField,
    fields: [
      groups("inline_scoped_route_configs", "InlineScopedRouteConfigs", place("scoped_route_configs", "static")),
      groups("dynamic_scoped_route_configs", "DynamicScopedRouteConfigs", place("scoped_route_configs", "active"), refused),
    ],
  },
  routes: {
    name: "routes",
    message: "RoutesConfigDump",
    kind: "route_configuration",
    resource: "a route configuration",
    nameField,
    fields: [
      list("static_route_configs", "StaticRouteConfig", place("route_config", "static")),
      list("dynamic_route_configs", "DynamicRouteConfig", place("route_config", "active"), refused),
    ],
  },
  secrets: {
    name: "secrets",
    message: "SecretsConfigDump",
    kind: "secret",
    resource: "a secret",
    nameField,
    fields: [
      list("static_secrets", "StaticSecret", place("secret", "static")),
      list("dynamic_active_secrets", "DynamicSecret", place("secret", "active"), refused),
      list("dynamic_warming_secrets", "DynamicSecret", place("secret", "warming"), refused),
    ],
  },
  ecds: {
    name: "ecds",
    message: "EcdsConfigDump",
    kind: "extension",
    resource: "an extension configuration",
    nameField,
    fields: [list("ecds_filters", "EcdsFilterConfig", place("ecds_filter", "active"), refused)],
  },
};

/** In the order in which Envoy prints them. */
export const sectionLayouts: readonly SectionLayout[] = sectionNames.map((name) => layoutsByName[name]);

/** The layout of a section by its name. */
export function layoutOfName(name: SectionName): SectionLayout {
  return layoutsByName[name];
}

/** The packages that the sections' messages have had: v2alpha until Envoy 1.17. */
const olderPackage = "envoy.admin.v2alpha.";
const packages = ["envoy.admin.v3.", olderPackage];
const layoutsByType = new Map(sectionLayouts.flatMap((layout) => packages.map((prefix) => [prefix + layout.message, layout] as const)));

/** The layout of a section by its type URL (or bare message name). */
export function layoutOfType(type: string): SectionLayout | undefined {
  return layoutsByType.get(messageNameIn(type));
}

/** Is this the type of a section in API v2? */
export const isOlderType = (type: string): boolean => messageNameIn(type).startsWith(olderPackage);

/** An entry of a section's list: `envoy.admin.v3.ListenersConfigDump.DynamicListener`. */
export interface EntryLayout {
  readonly layout: SectionLayout;
  /** Of several lists with entries of one type (active and warming clusters) the first. */
  readonly field: SectionField;
}

/** The layout of an entry that stands without its section, by its type URL. */
export function layoutOfEntry(type: string): EntryLayout | undefined {
  const message = messageNameIn(type);
  const dot = message.lastIndexOf(".");
  const layout = layoutsByType.get(message.slice(0, dot));
  const field = layout?.fields.find(({ entry }) => entry === message.slice(dot + 1));
  return layout === undefined || field === undefined ? undefined : { layout, field };
}

/** Is there another list in the section with entries of the same type? */
export const sharesEntryType = (layout: SectionLayout, { entry }: SectionField): boolean =>
  layout.fields.filter((other) => other.entry === entry).length > 1;

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
