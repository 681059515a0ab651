import type { Address, HostHealthStatus, HostStatus } from "../generated/messages.js";
import { type Any, placeOf, typeUrlOf, unpack } from "../model/proto-json.js";
import { type Resource, type Snapshot, UnreadableInputError } from "../model/snapshot.js";
import { readMessage } from "../proto/read-message.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { decodeUtf8, encodeUtf8 } from "../util/utf8.js";

const clusters = "envoy.admin.v3.Clusters";
const loadAssignment = "envoy.config.endpoint.v3.ClusterLoadAssignment";

/**
 * The snapshot with the endpoints that a saved `/clusters?format=json` of the same proxy shows, in place of those of the dump
 * itself: what Envoy has in fact, health included. Pointers of endpoints begin with that file's name.
 *
 * @throws UnreadableInputError where the bytes are no such answer
 */
export function withClusterStatuses(snapshot: Snapshot, bytes: Uint8Array, fileName: string): Snapshot {
  const statuses = unpack(readStatuses(bytes, fileName), clusters)?.cluster_statuses ?? [];
  const dumped = labelsInDump(snapshot);
  const endpoints = statuses.map((status): Resource => {
    const at = placeOf(status);
    const labels = dumped.get(status.eds_service_name ?? status.name ?? "");
    const assignment: JsonObject = {
      "@type": typeUrlOf(loadAssignment),
      cluster_name: status.eds_service_name ?? status.name ?? "",
      endpoints: (status.host_statuses ?? []).map((host) => groupOf(host, labels)),
    };
    return {
      kind: "endpoints",
      state: "active",
      name: status.eds_service_name ?? status.name ?? "",
      at,
      entryAt: at,
      versionInfo: null,
      lastUpdated: null,
      failure: null,
      bytes: () => encodeUtf8(JSON.stringify(assignment)),
      json: () => assignment,
    };
  });
  const section = { name: "endpoints", at: `${fileName}#`, versionInfo: null } as const;
  return {
    ...snapshot,
    endpointsFrom: fileName,
    sections: [...snapshot.sections.filter(({ name }) => name !== "endpoints"), section],
    missingSections: snapshot.missingSections.filter((name) => name !== "endpoints"),
    resources: (kind) => (kind === "endpoints" ? endpoints : snapshot.resources(kind)),
  };
}

function readStatuses(bytes: Uint8Array, fileName: string): Any {
  const refuse = (what: string) =>
    new UnreadableInputError(`cannot read ${fileName}: ${what}; give what GET /clusters?format=json answers`);
  let json: Json;
  try {
    json = JSON.parse(decodeUtf8(bytes));
  } catch {
    throw refuse("it is no JSON");
  }
  if (!isJsonObject(json) || !(Object.hasOwn(json, "cluster_statuses") || Object.hasOwn(json, "clusterStatuses"))) {
    throw refuse("it has no cluster_statuses");
  }
  const { value } = readMessage(clusters, { "@type": typeUrlOf(clusters), ...json }, `${fileName}#`);
  return { "@type": typeUrlOf(clusters), ...value };
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

/** The metadata of the dump's own endpoints, by cluster and address; an endpoint without any has empty metadata. */
function labelsInDump(snapshot: Snapshot): ReadonlyMap<string, ReadonlyMap<string, JsonObject>> {
  const byCluster = new Map<string, ReadonlyMap<string, JsonObject>>();
  for (const resource of snapshot.resources("endpoints")) {
    const assignment = readMessage(loadAssignment, { "@type": typeUrlOf(loadAssignment), ...resource.json() }, resource.at).value;
    const groups = unpack({ "@type": typeUrlOf(loadAssignment), ...assignment }, loadAssignment)?.endpoints ?? [];
    const labels = new Map<string, JsonObject>();
    for (const { endpoint, metadata = {} } of groups.flatMap((group) => group.lb_endpoints ?? [])) {
      if (isJsonObject(metadata)) labels.set(addressKey(endpoint?.address), metadata);
    }
    byCluster.set(resource.name, labels);
  }
  return byCluster;
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
