import type { ListedBootstrap } from "../../list/bootstraps.js";
import type { ListedCluster } from "../../list/clusters.js";
import type { ListedEndpoint } from "../../list/endpoints.js";
import type { ListedExtension } from "../../list/extensions.js";
import type { ListedFilterChain } from "../../list/listeners.js";
import type { Listing } from "../../list/listing.js";
import type { ListedState } from "../../list/resource-state.js";
import { describeDestination } from "../../list/route-destination.js";
import type { ListedRoute } from "../../list/routes.js";
import type { ListedSecret } from "../../list/secrets.js";
import type { Table } from "../table.js";
import type { ListRenderOptions } from "./options.js";

/** Any of the lists. */
export type AnyListing =
  | Listing<"listeners", ListedFilterChain>
  | Listing<"routes", ListedRoute>
  | Listing<"clusters", ListedCluster>
  | Listing<"endpoints", ListedEndpoint>
  | Listing<"secrets", ListedSecret>
  | Listing<"bootstrap", ListedBootstrap>
  | Listing<"ecds", ListedExtension>;

/** `[head, cell]` */
type Column<Item> = readonly [string, (item: Item, options: ListRenderOptions) => string | number | null];

/** istioctl's columns come first, in its order and under its heads, so that what people search for stays where it was. */
interface Columns<Item> {
  readonly istioctl: readonly Column<Item>[];
  readonly further: readonly Column<Item>[];
}

const stateColumn: Column<ListedState> = [
  "STATE",
  ({ state, failure }) => {
    if (failure === null) return state;
    const reason = failure.replace(/\s+/g, " ").trim();
    return state === "error" ? `error: ${reason}` : `${state}; an update was refused: ${reason}`;
  },
];
const atColumn: Column<{ readonly at: string }> = ["AT", ({ at }) => at];

const listenerColumns: Columns<ListedFilterChain> = {
  istioctl: [
    ["ADDRESSES", ({ addresses }) => addresses.join(",")],
    ["PORT", ({ port }) => port],
    ["MATCH", ({ match }) => match],
    ["DESTINATION", ({ destination }) => destination],
  ],
  further: [
    ["NAME", ({ name }) => name],
    ["CHAIN", ({ chain, defaultChain }) => [chain ?? "", defaultChain ? "(default)" : ""].join(" ").trim()],
    ["VIRTUAL SERVICE", ({ virtualService }) => virtualService],
    stateColumn,
  ],
};

/** istioctl's way to keep a line short. */
const firstOf = ([first = "", ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} + ${others.length} more...`;

const routeColumns: Columns<ListedRoute> = {
  istioctl: [
    ["NAME", ({ name }) => name],
    ["VHOST NAME", ({ virtualHost }) => virtualHost],
    ["DOMAINS", ({ domains }, { all }) => (all ? domains.join(", ") : firstOf(domains))],
    ["MATCH", ({ match }) => match],
    ["VIRTUAL SERVICE", ({ virtualService }) => virtualService],
  ],
  further: [
    ["DESTINATION", ({ destination }) => (destination === null ? null : describeDestination(destination))],
    ["CRITERIA", ({ criteria, requireTls }) => (requireTls === null ? criteria : `${criteria ?? ""}; require_tls ${requireTls}`)],
    ["ROUTE", ({ route }) => route],
    stateColumn,
  ],
};

const clusterColumns: Columns<ListedCluster> = {
  istioctl: [
    ["SERVICE FQDN", ({ fqdn }) => fqdn],
    ["PORT", ({ port }) => port],
    ["SUBSET", ({ subset }) => subset],
    ["DIRECTION", ({ direction }) => direction],
    ["TYPE", ({ type }) => type],
    ["DESTINATION RULE", ({ destinationRule }) => destinationRule],
  ],
  further: [["NAME", ({ name }) => name], stateColumn],
};

const endpointColumns: Columns<ListedEndpoint> = {
  istioctl: [
    ["ENDPOINT", ({ endpoint }) => endpoint],
    ["STATUS", ({ status }) => status],
    ["OUTLIER CHECK", ({ outlierCheck }) => outlierCheck],
    ["CLUSTER", ({ cluster }) => cluster],
  ],
  further: [
    ["LOCALITY", ({ locality }) => locality],
    ["PRIORITY", ({ priority }) => priority],
    ["WEIGHT", ({ weight }) => weight],
    ["HOSTNAME", ({ hostname }) => hostname],
    stateColumn,
  ],
};

const secretColumns: Columns<ListedSecret> = {
  istioctl: [
    ["RESOURCE NAME", ({ name }) => name],
    ["TYPE", ({ type }) => type],
    ["STATUS", ({ state }) => state.toUpperCase()],
    ["VALID CERT", ({ validCertificate }) => (validCertificate === null ? null : String(validCertificate))],
    ["SERIAL NUMBER", ({ serialNumber }) => serialNumber],
    ["NOT AFTER", ({ notAfter }) => notAfter],
    ["NOT BEFORE", ({ notBefore }) => notBefore],
  ],
  further: [
    ["TRUST DOMAIN", ({ trustDomain }) => trustDomain],
    ["SUBJECT ALT NAMES", ({ subjectAltNames }) => subjectAltNames.join(", ")],
    ["ISSUER", ({ issuer }) => issuer],
    stateColumn,
  ],
};

const extensionColumns: Columns<ListedExtension> = {
  istioctl: [
    ["ECDS NAME", ({ name }) => name],
    ["TYPE", ({ type }) => type],
  ],
  further: [stateColumn],
};

const bootstrapColumns: Columns<ListedBootstrap> = {
  istioctl: [
    ["Istio Version", ({ istioVersion }) => istioVersion],
    ["Istio Proxy Version", ({ istioProxyVersion }) => istioProxyVersion],
    ["Envoy Version", ({ envoyVersion }) => envoyVersion],
  ],
  further: [
    ["Node", ({ nodeId }) => nodeId],
    ["Proxy Type", ({ proxyType }) => proxyType],
    ["Pod", ({ pod }) => pod],
    ["Namespace", ({ namespace }) => namespace],
    ["Node Cluster", ({ nodeCluster }) => nodeCluster],
  ],
};

/** A list as a table: istioctl's columns and ours, or, not verbose, istioctl's alone. */
export function tableOf(listing: AnyListing, options: ListRenderOptions): Table {
  switch (listing.list) {
    case "listeners":
      return options.verbose ? makeTable(listenerColumns, listing.items, options) : listenersInShort(listing.items);
    case "routes":
      return options.verbose ? makeTable(routeColumns, listing.items, options) : routesInShort(listing.items);
    case "clusters":
      return makeTable(clusterColumns, listing.items, options);
    case "endpoints":
      return makeTable(endpointColumns, listing.items, options);
    case "secrets":
      return makeTable(secretColumns, listing.items, options);
    case "ecds":
      return makeTable(extensionColumns, listing.items, options);
    case "bootstrap":
      return turned(makeTable(bootstrapColumns, listing.items, options));
  }
}

function makeTable<Item extends { readonly at: string }>(
  { istioctl, further }: Columns<Item>,
  items: readonly Item[],
  options: ListRenderOptions,
): Table {
  const columns = [...istioctl, ...(options.verbose ? further : []), ...(options.at ? [atColumn] : [])];
  return { heads: columns.map(([head]) => head), rows: items.map((item) => columns.map(([, cell]) => String(cell(item, options) ?? ""))) };
}

/** A line a listener. */
function listenersInShort(items: readonly ListedFilterChain[]): Table {
  const listeners = new Map(items.map((item) => [item.listenerAt, item]));
  return {
    heads: ["ADDRESSES", "PORT", "TYPE"],
    rows: [...listeners.values()].map(({ addresses, port, type }) => [addresses.join(","), String(port ?? ""), type]),
  };
}

/** A line a route configuration. */
function routesInShort(items: readonly ListedRoute[]): Table {
  const hosts = new Map<string, { readonly name: string; readonly virtualHosts: Set<string> }>();
  for (const { routeConfigurationAt, name, virtualHostAt } of items) {
    const entry = hosts.get(routeConfigurationAt) ?? { name, virtualHosts: new Set() };
    hosts.set(routeConfigurationAt, entry);
    if (virtualHostAt !== null) entry.virtualHosts.add(virtualHostAt);
  }
  return { heads: ["NAME", "VIRTUAL HOSTS"], rows: [...hosts.values()].map(({ name, virtualHosts }) => [name, String(virtualHosts.size)]) };
}

/** Heads down the left side: a dump has one bootstrap. */
const turned = ({ heads, rows }: Table): Table => ({
  heads: [],
  rows: rows.flatMap((cells) => heads.map((head, column) => [`${head}:`, cells[column] ?? ""])),
});
