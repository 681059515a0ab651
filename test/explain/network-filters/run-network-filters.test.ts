import { describe, expect, it } from "vitest";
import { downstreamPeer } from "../../../src/explain/network-filters/downstream-peer.js";
import { type OwnFilter, typeOfOwn } from "../../../src/explain/network-filters/filter-types.js";
import type { NetworkFiltersInput } from "../../../src/explain/network-filters/network-filter.js";
import { runNetworkFilters } from "../../../src/explain/network-filters/run-network-filters.js";
import type { FilterChain as FilterChainMessage, TcpProxy } from "../../../src/generated/messages.js";
import { behaviourOf } from "../../../src/match/behaviour.js";
import type { FilterChain, NetworkFilter, TerminalFilter } from "../../../src/model/filter-chain.js";
import { type Any, typeUrlOf } from "../../../src/model/proto-json.js";
import type { Json } from "../../../src/util/json.js";

type Fields = Readonly<Record<string, Json>>;

const any = (type: string, fields: Fields = {}): Any => ({ "@type": typeUrlOf(type), ...fields });

const filter = (name: string, type: string | null, fields: Fields = {}, terminal: TerminalFilter | null = null): NetworkFilter => ({
  name,
  at: `/${name}`,
  type,
  config: type === null ? null : any(type, fields),
  discoveredAs: null,
  terminal,
});

const own = (name: OwnFilter, fields: Fields = {}) => filter(`envoy.filters.network.${name}`, typeOfOwn(name), fields);

const tcpProxy = (proxy: TcpProxy = { cluster: "mysql" }) =>
  filter("envoy.filters.network.tcp_proxy", "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", {}, { kind: "tcp_proxy", proxy });

const manager = filter(
  "envoy.filters.network.http_connection_manager",
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
  {},
  {
    kind: "http_connection_manager",
    manager: {},
    routes: { kind: "none", at: "" },
    httpFilters: [],
  },
);

const chainOf = (filters: readonly NetworkFilter[], message: FilterChainMessage = {}): FilterChain => ({
  name: "books",
  index: 0,
  default: false,
  at: "/chain",
  match: {},
  filters,
  message,
});

const run = (filters: readonly NetworkFilter[], input: Partial<NetworkFiltersInput> & { readonly sni?: string } = {}) =>
  runNetworkFilters(chainOf(filters), {
    connection: {
      destination: { ip: "10.96.0.12", port: 3306 },
      serverName: input.sni ?? "",
      transportProtocol: "raw_buffer",
      applicationProtocols: [],
      source: { ip: "10.244.1.6" },
      directSource: { ip: "10.244.1.6" },
    },
    peer: null,
    behaviour: behaviourOf(null),
    extension: () => undefined,
    serverFirst: false,
    ...input,
  });

const rbac = (action: string, principal: Fields, rest: Fields = {}) =>
  own("rbac", { rules: { action, policies: { books: { permissions: [{ any: true }], principals: [principal], ...rest } } } });
const denyAll = rbac("DENY", { any: true });

const setState = (key: string, format: string, field = "on_new_connection") =>
  own("set_filter_state", { [field]: [{ object_key: key, format_string: { text_format_source: { inline_string: format } } }] });

describe("runNetworkFilters", () => {
  it.each<{ why: string; filters: readonly NetworkFilter[]; input?: Parameters<typeof run>[1]; want: object; open?: readonly string[] }>([
    { why: "a TCP proxy alone", filters: [tcpProxy()], want: { end: "terminal", tcpCluster: undefined } },
    { why: "a connection manager alone", filters: [manager], want: { end: "terminal", filter: manager } },
    { why: "no filters", filters: [], want: { end: "no-terminal", filter: null, at: "/chain" } },
    { why: "nothing that ends the chain", filters: [own("sni_cluster")], want: { end: "no-terminal", filter: null } },
    {
      why: "RBAC denies, the TCP proxy has dialled",
      filters: [denyAll, tcpProxy()],
      want: {
        end: "closed",
        cause: "denied",
        response: { status: null, details: "rbac_access_denied_matched_policy[books]", flags: [] },
        dialling: { name: "envoy.filters.network.tcp_proxy" },
      },
    },
    {
      why: "RBAC denies before a connection manager",
      filters: [denyAll, manager],
      want: { end: "closed", cause: "denied", dialling: null },
    },
    {
      why: "RBAC denies before a TCP proxy that waits",
      filters: [denyAll, tcpProxy({ cluster: "mysql", upstream_connect_mode: "ON_DOWNSTREAM_DATA" })],
      want: { end: "closed", dialling: null },
    },
    {
      why: "RBAC does not judge who sends nothing",
      filters: [denyAll, tcpProxy()],
      input: { serverFirst: true },
      want: { end: "terminal" },
    },
    {
      why: "RBAC allows",
      filters: [rbac("ALLOW", { direct_remote_ip: { address_prefix: "10.244.0.0", prefix_len: 16 } }), tcpProxy()],
      want: { end: "terminal" },
    },
    {
      why: "RBAC allows others",
      filters: [rbac("ALLOW", { direct_remote_ip: { address_prefix: "10.245.0.0", prefix_len: 16 } }), tcpProxy()],
      want: { end: "closed", response: { details: "rbac_access_denied_matched_policy[none]" } },
    },
    {
      why: "a header rule never holds for a connection",
      filters: [rbac("DENY", { header: { name: "x-user" } }), tcpProxy()],
      want: { end: "terminal" },
    },
    {
      why: "RBAC is open",
      filters: [rbac("DENY", { any: true }, { condition: {} }), tcpProxy()],
      want: { end: "terminal" },
      open: ["undecided-match"],
    },
    { why: "RBAC without rules", filters: [own("rbac"), tcpProxy()], want: { end: "terminal" } },
    {
      why: "the SNI names the cluster",
      filters: [own("sni_cluster"), tcpProxy()],
      input: { sni: "outbound_.3306_._.MySQL" },
      want: { end: "terminal", tcpCluster: { name: "outbound_.3306_._.mysql" } },
    },
    { why: "no SNI", filters: [own("sni_cluster"), tcpProxy()], want: { end: "terminal", tcpCluster: undefined } },
    {
      why: "a cluster by filter state",
      filters: [setState("envoy.tcp_proxy.cluster", "mysql-v2"), tcpProxy()],
      want: { end: "terminal", tcpCluster: { name: "mysql-v2" } },
    },
    {
      why: "the SNI by filter state",
      filters: [setState("envoy.tcp_proxy.cluster", "sni-%REQUESTED_SERVER_NAME%"), tcpProxy()],
      input: { sni: "db" },
      want: { tcpCluster: { name: "sni-db" } },
    },
    {
      why: "the later choice counts",
      filters: [own("sni_cluster"), setState("envoy.tcp_proxy.cluster", "mysql-v2"), tcpProxy()],
      input: { sni: "db" },
      want: { tcpCluster: { name: "mysql-v2" } },
    },
    {
      why: "a cluster by a format",
      filters: [setState("envoy.tcp_proxy.cluster", "%DYNAMIC_METADATA(a:b)%"), tcpProxy()],
      want: { tcpCluster: undefined },
      open: ["filter-not-modelled"],
    },
    {
      why: "another key",
      filters: [setState("team", "books"), tcpProxy()],
      want: { tcpCluster: undefined, filterState: new Map([["team", "books"]]), unknownState: undefined },
    },
    {
      why: "a key written later",
      filters: [setState("team", "books", "on_downstream_data"), tcpProxy()],
      want: { filterState: new Map(), unknownState: { decidedBy: "the value that it writes" } },
    },
    {
      why: "a choice behind a denial counts for the dialling",
      filters: [denyAll, setState("envoy.tcp_proxy.cluster", "mysql-v2"), tcpProxy()],
      want: { end: "closed", tcpCluster: { name: "mysql-v2" } },
    },
    {
      why: "sniffers pass on",
      filters: [own("mysql_proxy"), own("mongo_proxy"), filter("istio.stats", "stats.PluginConfig"), tcpProxy()],
      want: { end: "terminal" },
    },
    {
      why: "metadata exchange in a TypedStruct",
      filters: [
        filter("istio.metadata_exchange", "udpa.type.v1.TypedStruct", {
          type_url: "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange",
        }),
        tcpProxy(),
      ],
      want: { end: "terminal" },
    },
    {
      why: "limits depend on their state",
      filters: [own("local_ratelimit"), own("connection_limit"), tcpProxy()],
      want: { end: "terminal" },
      open: ["state", "state"],
    },
    { why: "a service decides", filters: [own("ext_authz"), tcpProxy()], want: { end: "terminal" }, open: ["filter-not-modelled"] },
    {
      why: "Redis ends the chain",
      filters: [own("redis_proxy")],
      want: { end: "no-terminal", filter: { name: "envoy.filters.network.redis_proxy" } },
      open: ["filter-not-modelled"],
    },
    { why: "echo ends the chain", filters: [own("echo")], want: { end: "no-terminal", because: "sends back what it receives" } },
    {
      why: "nobody knows",
      filters: [filter("acme.guard", "acme.Guard"), tcpProxy()],
      want: { end: "terminal" },
      open: ["filter-not-modelled"],
    },
    {
      why: "by its well-known name alone",
      filters: [filter("envoy.filters.network.mysql_proxy", null), tcpProxy()],
      want: { end: "terminal" },
    },
    { why: "a denial before Redis", filters: [denyAll, own("redis_proxy")], want: { end: "closed", dialling: null } },
  ])("$why", ({ filters, input, want, open = [] }) => {
    const result = run(filters, input);
    expect(result).toMatchObject(want);
    expect(result.open.map(({ code }) => code)).toEqual(open);
  });
});

describe("downstreamPeer", () => {
  const chain = (fields: Fields) =>
    chainOf([], { transport_socket: { typed_config: any("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", fields) } });
  const request = {
    destination: { ip: "10.244.1.5", port: 9080 },
    tls: { clientCertificate: { uris: ["spiffe://cluster.local/ns/default/sa/sleep"] } },
  };
  it("takes the certificate where Envoy asks for one", () => {
    const fields = { common_tls_context: { combined_validation_context: {} } };
    expect(downstreamPeer(chain(fields), request)).toMatchObject({ presented: true, uris: request.tls.clientCertificate.uris });
  });

  it("sees none where Envoy does not ask, or the client offers none", () => {
    expect(downstreamPeer(chain({}), request)).toMatchObject({ presented: false, uris: [] });
    // It has nothing to verify one with.
    expect(downstreamPeer(chain({ require_client_certificate: true }), request)).toMatchObject({ presented: false });
    const verifying = chain({ common_tls_context: { validation_context: {} } });
    expect(downstreamPeer(verifying, { ...request, tls: {} })).toMatchObject({ presented: false });
  });

  it("is nobody without TLS", () => {
    expect(downstreamPeer(chainOf([]), request)).toBeNull();
  });
});
