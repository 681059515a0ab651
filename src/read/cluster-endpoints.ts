import type { Address, HostHealthStatus, HostStatus } from "../generated/messages.js";
import { typeUrlOf, unpack } from "../model/proto-json.js";
import type { Resource } from "../model/snapshot.js";
import { readMessage } from "../proto/read-message.js";
import { isJsonObject, type JsonObject } from "../util/json.js";
import type { JsonNode } from "../util/json-outline.js";
import { type DumpText, parseWithin } from "./dump-text.js";
import { memberNode, stringOf } from "./outline-dump.js";
import { type FieldName, nameField } from "./section-layouts.js";

const clusterStatus = "envoy.admin.v3.ClusterStatus";
const loadAssignment = "envoy.config.endpoint.v3.ClusterLoadAssignment";
const serviceNameField: FieldName = { proto: "eds_service_name", json: "edsServiceName" };

/** The labels of the endpoints that a dump itself has, by cluster and address; made when first asked for. */
export type EndpointLabels = () => ReadonlyMap<string, ReadonlyMap<string, JsonObject>>;

/** Where a cluster's status was found. */
export interface StatusSite {
  readonly text: DumpText;
  readonly node: JsonNode;
  readonly at: string;
  readonly labels: EndpointLabels;
}

/** The endpoints of a cluster as Envoy's /clusters shows them: what it has in fact, health included, as EDS would say it. */
export class ClusterEndpoints implements Resource {
  readonly kind = "endpoints";
  readonly state = "active";
  readonly versionInfo = null;
  readonly lastUpdated = null;
  readonly failure = null;
  readonly #site: StatusSite;

  constructor(site: StatusSite) {
    this.#site = site;
  }

  get at(): string {
    return this.#site.at;
  }

  get entryAt(): string {
    return this.#site.at;
  }

  get name(): string {
    const { text, node } = this.#site;
    return stringOf(text, memberNode(node, serviceNameField)) ?? stringOf(text, memberNode(node, nameField)) ?? "";
  }

  isNamed(name: string): boolean {
    return this.name === name;
  }

  bytes(): Uint8Array {
    const { text, node } = this.#site;
    return text.source.read(node.start, node.end);
  }

  picked(): null {
    return null;
  }

  json(): JsonObject {
    const { at } = this.#site;
    const { value } = readMessage(clusterStatus, { "@type": typeUrlOf(clusterStatus), ...this.#parse() }, at);
    const hosts = unpack({ "@type": typeUrlOf(clusterStatus), ...value }, clusterStatus)?.host_statuses ?? [];
    const labels = this.#site.labels().get(this.name);
    return { "@type": typeUrlOf(loadAssignment), cluster_name: this.name, endpoints: hosts.map((host) => groupOf(host, labels)) };
  }

  #parse(): JsonObject {
    const { text, node, at } = this.#site;
    const value = parseWithin(text, node, at);
    return isJsonObject(value) ? value : {};
  }
}

/** Each host stands in a group of its own: groups only carry its locality and priority. */
function groupOf(host: HostStatus, labels: ReadonlyMap<string, JsonObject> | undefined): JsonObject {
  const { locality } = host;
  const metadata = labels?.get(addressKey(host.address));
  return {
    ...(locality === undefined ? {} : { locality: { ...locality } }),
    ...(host.priority === undefined ? {} : { priority: host.priority }),
    lb_endpoints: [
      {
        endpoint: { ...(isJsonObject(host.address) ? { address: host.address } : {}), hostname: host.hostname ?? "" },
        health_status: healthOf(host.health_status),
        ...(host.weight === undefined ? {} : { load_balancing_weight: host.weight }),
        ...(metadata === undefined ? {} : { metadata }),
      },
    ],
  };
}

/** The metadata of a dump's own endpoints; an endpoint without any has empty metadata. */
export function labelsOf(dumped: readonly Resource[]): EndpointLabels {
  let made: ReadonlyMap<string, ReadonlyMap<string, JsonObject>> | undefined;
  return () => {
    made ??= new Map(dumped.map((resource) => [resource.name, labelsIn(resource)]));
    return made;
  };
}

function labelsIn(resource: Resource): ReadonlyMap<string, JsonObject> {
  const assignment = readMessage(loadAssignment, { "@type": typeUrlOf(loadAssignment), ...resource.json() }, resource.at).value;
  const groups = unpack({ "@type": typeUrlOf(loadAssignment), ...assignment }, loadAssignment)?.endpoints ?? [];
  const labels = new Map<string, JsonObject>();
  for (const { endpoint, metadata = {} } of groups.flatMap((group) => group.lb_endpoints ?? [])) {
    if (isJsonObject(metadata)) labels.set(addressKey(endpoint?.address), metadata);
  }
  return labels;
}

const addressKey = (address: Address | undefined): string => JSON.stringify(address ?? null);

/** Envoy counts a host as unhealthy for any of these; else what EDS says of it. */
function healthOf(status: HostHealthStatus | undefined): string {
  if (status?.failed_active_health_check === true || status?.failed_outlier_check === true || status?.pending_active_hc === true) {
    return "UNHEALTHY";
  }
  if (status?.failed_active_degraded_check === true) return "DEGRADED";
  return status?.eds_health_status ?? "UNKNOWN";
}
