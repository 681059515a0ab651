import type { UncertainCode } from "../explanation.js";
import { type OwnFilter, typeOfOwn } from "./filter-types.js";
import { leavesOpen, type NetworkFilterModel } from "./network-filter.js";

type OpenFilter = readonly [name: OwnFilter, code: UncertainCode, may: string, decidedBy: string];

/** Network filters whose doings depend on what neither dump nor request hold, with exactly what they may do. */
const filters: readonly OpenFilter[] = [
  ["connection_limit", "state", "it may close the connection (beyond the number that it allows)", "how many connections are open"],
  ["dynamic_modules", "filter-not-modelled", "it may close the connection or answer it", "the module"],
  ["ext_authz", "filter-not-modelled", "it may close the connection (UAEX ext_authz_denied)", "the authorization service"],
  ["ext_proc", "filter-not-modelled", "it may close the connection or change its bytes", "the external processor"],
  ["golang", "filter-not-modelled", "it may close the connection or answer it", "the plugin"],
  ["local_ratelimit", "state", "it may close the connection once its tokens are spent", "how many connections came lately"],
  ["ratelimit", "state", "it may close the connection", "the rate limit service"],
  ["sni_dynamic_forward_proxy", "dns", "it resolves the SNI, and the TCP proxy dials what that yields", "DNS"],
  ["wasm", "filter-not-modelled", "it may close the connection or answer it", "the Wasm module"],
];

/** They look at a protocol's messages and pass everything on to the TCP proxy behind them. */
const sniffing: readonly OwnFilter[] = ["kafka_broker", "mongo_proxy", "mysql_proxy", "postgres_proxy", "zookeeper_proxy"];

/** They end the chain themselves. */
const ending: readonly (readonly [name: OwnFilter, what: string, chooses: boolean])[] = [
  ["direct_response", "sends its configured text and closes", false],
  ["dubbo_proxy", "speaks Dubbo and chooses a cluster for each call", true],
  ["echo", "sends back what it receives", false],
  ["generic_proxy", "speaks a protocol of its own and chooses a cluster for each call", true],
  ["kafka_mesh", "speaks Kafka and chooses a cluster for each topic", true],
  ["redis_proxy", "speaks Redis and chooses a cluster for each key", true],
  ["rocketmq_proxy", "speaks RocketMQ and chooses a cluster for each topic", true],
  ["sip_proxy", "speaks SIP and chooses a cluster for each call", true],
  ["thrift_proxy", "speaks Thrift and chooses a cluster for each call", true],
];

const passive: NetworkFilterModel = () => ({ does: "continues", because: "" });

/** Who the peer is, as filter state that RBAC may ask about. */
const writesPeer: NetworkFilterModel = (filter, _, before) => ({
  does: "continues",
  because: "",
  state: {
    unknownState: before.unknownState ?? {
      because: `network filter ${filter.name} may have written it`,
      decidedBy: "what it finds out about the peer",
    },
  },
});

const istioPassive = [
  ...["envoy.tcp.metadataexchange.config.MetadataExchange", "stats.PluginConfig", "stackdriver.config.v1alpha1.PluginConfig"],
  ...["istio.metadata_exchange", "istio.stats"],
];

const istioPeer = [
  "io.istio.network.authn.Config",
  "envoy.extensions.network_filters.peer_metadata.Config",
  "istio_authn",
  "istio.peer_metadata",
];

/** Models of the network filters of which nothing or little can be said, by the type of their configuration. */
export const describedNetworkFilters: readonly (readonly [type: string, model: NetworkFilterModel])[] = [
  ...filters.map(([name, code, may, decidedBy]): readonly [string, NetworkFilterModel] => [
    typeOfOwn(name),
    (filter, _, before) => ({
      does: "continues",
      because: "",
      open: leavesOpen(filter, code, may, decidedBy),
      state: { unknownState: before.unknownState ?? { because: `network filter ${filter.name} may have written it`, decidedBy } },
    }),
  ]),
  ...sniffing.map((name) => [typeOfOwn(name), passive] as const),
  ...ending.map(([name, what, chooses]): readonly [string, NetworkFilterModel] => [
    typeOfOwn(name),
    (filter) => ({
      does: "ends-chain",
      because: what,
      ...(chooses ? { open: leavesOpen(filter, "filter-not-modelled", `it ${what}`, "the filter's own routes and the message") } : {}),
    }),
  ]),
  ...istioPassive.map((type) => [type, passive] as const),
  ...istioPeer.map((type) => [type, writesPeer] as const),
];
