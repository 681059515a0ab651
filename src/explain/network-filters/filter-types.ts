import type { NetworkFilter } from "../../model/filter-chain.js";
import { messageNameOf, unpack } from "../../model/proto-json.js";

/** The types of configuration of Envoy's own network filters that end no chain in a way known here, by the last part of their names. */
const messages = {
  connection_limit: "ConnectionLimit",
  direct_response: "Config",
  dubbo_proxy: "DubboProxy",
  dynamic_modules: "DynamicModuleNetworkFilter",
  echo: "Echo",
  ext_authz: "ExtAuthz",
  ext_proc: "NetworkExternalProcessor",
  generic_proxy: "GenericProxy",
  golang: "Config",
  kafka_broker: "KafkaBroker",
  kafka_mesh: "KafkaMesh",
  local_ratelimit: "LocalRateLimit",
  mongo_proxy: "MongoProxy",
  mysql_proxy: "MySQLProxy",
  postgres_proxy: "PostgresProxy",
  ratelimit: "RateLimit",
  rbac: "RBAC",
  redis_proxy: "RedisProxy",
  rocketmq_proxy: "RocketmqProxy",
  set_filter_state: "Config",
  sip_proxy: "SipProxy",
  sni_cluster: "SniCluster",
  sni_dynamic_forward_proxy: "FilterConfig",
  thrift_proxy: "ThriftProxy",
  wasm: "Wasm",
  zookeeper_proxy: "ZooKeeperProxy",
} as const;

/** One of Envoy's own network filters, by the last part of its well-known name. */
export type OwnFilter = keyof typeof messages;

const versions: Readonly<Record<string, string>> = { kafka_mesh: "v3alpha", sip_proxy: "v3alpha", golang: "v3alpha" };

const isOwn = (name: string): name is OwnFilter => Object.hasOwn(messages, name);

/** The full name of a filter's type of configuration. */
export const typeOfOwn = (name: OwnFilter): string =>
  `envoy.extensions.filters.network.${name}.${versions[name] ?? "v3"}.${messages[name]}`;

/** The type of a filter's configuration; by its well-known name where it has none, and by its own name where that is not known. */
export function networkFilterTypeOf(filter: NetworkFilter): string {
  const config = filter.config ?? undefined;
  const wrapped = unpack(config, "udpa.type.v1.TypedStruct") ?? unpack(config, "xds.type.v3.TypedStruct");
  if (wrapped?.type_url !== undefined) return messageNameOf({ "@type": wrapped.type_url });
  if (filter.type !== null) return filter.type;
  const short = filter.name.replace(/^envoy\.(filters\.network\.)?/, "");
  return isOwn(short) ? typeOfOwn(short) : filter.name;
}
