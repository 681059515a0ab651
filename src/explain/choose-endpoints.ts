import type { Configuration } from "../decode/configuration.js";
import type { Cluster as ClusterMessage } from "../generated/messages.js";
import { firstHeaderValue, headerValues, type RequestHeaders } from "../match/request-headers.js";
import { formatAddress, formatSocket } from "../model/address.js";
import type { Cluster } from "../model/cluster.js";
import type { Endpoint } from "../model/endpoint.js";
import { placeOf, unpack } from "../model/proto-json.js";
import type { SocketEnd } from "../model/request.js";
import type { JsonObject } from "../util/json.js";
import { chooseSubset } from "./choose-subset.js";
import type { ExplainedEndpoint } from "./explanation.js";
import type { Journal } from "./journal.js";

/** The endpoints that a cluster may dial, and whether there is one to be dialled at all. */
export interface EndpointChoice {
  readonly endpoints: readonly ExplainedEndpoint[];
  /** The endpoints as decoded, for what depends on their metadata. */
  readonly decoded: readonly Endpoint[];
  /** `unknown`: the dump does not hold what decides it. */
  readonly available: "yes" | "none" | "none-healthy" | "unknown";
  /** Are the endpoints' labels known, by which a cluster may choose their transport socket? */
  readonly labelled: boolean;
  readonly at: string;
}

const usable: ReadonlySet<string> = new Set(["UNKNOWN", "HEALTHY", "DEGRADED"]);
const defaultPanicPercent = 50;

/** What of a connection or request bears on the choice of an endpoint. */
export interface WantedEndpoint {
  /** The address as restored; null where none was. */
  readonly destination: SocketEnd | null;
  /** Of the HTTP request, for clusters that take the address from a header; null for TCP. */
  readonly headers: RequestHeaders | null;
  /** The labels that the route asks for, for subset load balancing. */
  readonly labels: JsonObject;
}

/** The endpoints of a cluster for one connection or request. */
export function chooseEndpoints(configuration: Configuration, cluster: Cluster, wanted: WantedEndpoint, journal: Journal): EndpointChoice {
  const { destination, headers } = wanted;
  const { message } = cluster;
  switch (cluster.type) {
    case "ORIGINAL_DST":
    case "envoy.cluster.original_dst":
      return originalDestination(message, destination, headers);
    case "STATIC":
    case "EDS":
    case "envoy.cluster.static":
    case "envoy.cluster.eds":
      return fromDump(configuration, cluster, wanted, journal);
    case "STRICT_DNS":
    case "LOGICAL_DNS":
    case "envoy.cluster.dns":
    case "envoy.cluster.strict_dns":
    case "envoy.cluster.logical_dns":
      return fromDns(configuration, cluster, wanted, journal);
    case "envoy.clusters.aggregate":
      return fromAggregate(configuration, cluster, wanted, journal);
    case "envoy.clusters.dynamic_forward_proxy":
      return fromForwardProxy(cluster, headers, journal);
    default:
      journal.leaveOpen({
        code: "load-balancing",
        at: placeOf(message, "cluster_type"),
        message: `cluster ${cluster.name} is of type ${cluster.type}, which finds its endpoints in its own way`,
        decidedBy: "the cluster extension at run time",
      });
      return { endpoints: [], decoded: [], available: "unknown", labelled: false, at: cluster.at };
  }
}

function originalDestination(message: ClusterMessage, destination: SocketEnd | null, headers: RequestHeaders | null): EndpointChoice {
  const config = message.original_dst_lb_config;
  const fromHeader =
    config?.use_http_header === true && headers !== null
      ? addressInHeader(headers, config.http_header_name || "x-envoy-original-dst-host")
      : undefined;
  const target = fromHeader ?? destination;
  const at = placeOf(message, config === undefined ? "type" : "original_dst_lb_config");
  if (target === null) return { endpoints: [], decoded: [], available: "none", labelled: true, at };
  const port = config?.upstream_port_override ?? target.port;
  return {
    endpoints: [{ address: formatSocket(target.ip, port), health: "UNKNOWN", weight: 1, locality: "", at }],
    decoded: [],
    available: "yes",
    labelled: true,
    at,
  };
}

function addressInHeader(headers: RequestHeaders, name: string): SocketEnd | undefined {
  const parts = /^(?:\[([\da-fA-F:.]+)\]|([\d.]+)):(\d{1,5})$/.exec(headerValues(headers, name)[0] ?? "");
  return parts === null ? undefined : { ip: parts[1] ?? parts[2] ?? "", port: Number(parts[3]) };
}

function fromDump(configuration: Configuration, cluster: Cluster, { labels }: WantedEndpoint, journal: Journal): EndpointChoice {
  const assigned = configuration.endpoints(cluster);
  if (assigned === undefined) {
    const taken = configuration.snapshot.sections.some(({ name }) => name === "endpoints");
    if (taken || cluster.type === "STATIC") return { endpoints: [], decoded: [], available: "none", labelled: true, at: cluster.at };
    journal.leaveOpen({
      code: "endpoints-not-in-dump",
      at: cluster.at,
      message: `the endpoints of ${cluster.name} are not in this dump`,
      decidedBy: "a dump taken with ?include_eds, or /clusters?format=json",
    });
    return { endpoints: [], decoded: [], available: "unknown", labelled: false, at: cluster.at };
  }
  const labelled = configuration.snapshot.endpointsFrom === null || assigned.endpoints.every(({ metadata }) => metadata !== undefined);
  return { ...judge(assigned.endpoints, cluster, labels), labelled, at: assigned.at };
}

function fromDns(configuration: Configuration, cluster: Cluster, { labels }: WantedEndpoint, journal: Journal): EndpointChoice {
  const assigned = configuration.endpoints(cluster);
  const endpoints = assigned?.endpoints ?? [];
  if (endpoints.length === 0) return { endpoints: [], decoded: [], available: "none", labelled: true, at: cluster.at };
  journal.leaveOpen({
    code: "dns",
    at: assigned?.at ?? cluster.at,
    message: `${cluster.name} dials what DNS answers for ${[...new Set(endpoints.map(addressOf))].slice(0, 3).join(", ")}; without an answer it is 503 UH`,
    decidedBy: "DNS at run time",
  });
  return { ...judge(endpoints, cluster, labels), labelled: true, at: assigned?.at ?? cluster.at };
}

/** The first of an aggregate's clusters that has a host to dial takes the traffic; the others wait for it to fail. */
function fromAggregate(configuration: Configuration, cluster: Cluster, wanted: WantedEndpoint, journal: Journal): EndpointChoice {
  const config = unpack(cluster.message.cluster_type?.typed_config, "envoy.extensions.clusters.aggregate.v3.ClusterConfig");
  const at = placeOf(cluster.message, "cluster_type");
  for (const name of config?.clusters ?? []) {
    const member = configuration.cluster(name);
    if (member === undefined || member.type === cluster.type) continue;
    const choice = chooseEndpoints(configuration, member, wanted, journal);
    if (choice.available !== "yes") continue;
    journal.leaveOpen({
      code: "load-balancing",
      at,
      message: `${cluster.name} is an aggregate; ${name} is the first of its clusters with a host to dial`,
      decidedBy: "the health of its clusters at run time",
    });
    return choice;
  }
  return { endpoints: [], decoded: [], available: "none", labelled: true, at };
}

/** A dynamic forward proxy dials the host that the request names. */
function fromForwardProxy(cluster: Cluster, headers: RequestHeaders | null, journal: Journal): EndpointChoice {
  const host = headers === null ? undefined : firstHeaderValue(headers, ":authority");
  const at = placeOf(cluster.message, "cluster_type");
  journal.leaveOpen({
    code: "dns",
    at,
    message: `${cluster.name} dials what DNS answers for ${host ?? "the name that the connection carries"}`,
    decidedBy: "DNS at run time",
  });
  const endpoints = host === undefined ? [] : [{ address: host, health: "UNKNOWN", weight: 1, locality: "", at }];
  return { endpoints, decoded: [], available: "yes", labelled: true, at };
}

const addressOf = (endpoint: Endpoint): string => (endpoint.address === null ? endpoint.hostname : formatAddress(endpoint.address));

function judge(all: readonly Endpoint[], cluster: Cluster, labels: JsonObject): Omit<EndpointChoice, "at" | "labelled"> {
  const decoded = chooseSubset(cluster.message.lb_subset_config, all, labels);
  const healthy = decoded.filter(({ health }) => usable.has(health)).length;
  const threshold = cluster.message.common_lb_config?.healthy_panic_threshold;
  const panicPercent = threshold === undefined ? defaultPanicPercent : (threshold.value ?? 0);
  const inPanic = decoded.length > 0 && (healthy / decoded.length) * 100 < panicPercent;
  const available = decoded.length === 0 ? "none" : healthy > 0 || inPanic ? "yes" : "none-healthy";
  const endpoints = decoded.map((endpoint) => ({
    address: addressOf(endpoint),
    health: endpoint.health,
    weight: endpoint.weight,
    locality: endpoint.locality,
    at: endpoint.at,
  }));
  return { endpoints, decoded, available };
}
