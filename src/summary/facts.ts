import { directionOf } from "../decode/decode-listener.js";
import { asMessage, messageTypeOf, readJson } from "../decode/decode-resource.js";
import { type Shared, SharedAnswers } from "../decode/shared-answers.js";
import type { Listener } from "../model/listener.js";
import type { Resource, ResourceKind } from "../model/snapshot.js";
import type { MessageDescription } from "../proto/describe-type.js";
import { type FieldsOfInterest, WayTo } from "../proto/way-to.js";
import type { JsonObject } from "../util/json.js";
import { type EndpointsHealth, healthOf } from "./endpoints-health.js";
import { type LogWriter, logWritersOf } from "./log-writers.js";
import { type Reference, referencesIn, referringFields } from "./references-in.js";

/** What a summary looks at in each of a hundred thousand resources, so that each is gone over once. Places are relative to it. */
export interface ResourceFacts {
  readonly references: readonly Reference[];
  /** Each null for a resource of another kind, and where the file holds another type in its place. */
  readonly cluster: ClusterFacts | null;
  readonly endpoints: EndpointsHealth | null;
  readonly listener: ListenerFacts | null;
}

export interface ClusterFacts {
  /** As in the model of a cluster. */
  readonly type: string;
  /** By which EDS knows it, where that is not the cluster's name. */
  readonly serviceName: string;
  /** Of the cluster's own load_assignment; null where it has none. */
  readonly own: EndpointsHealth | null;
}

export interface ListenerFacts extends Pick<Listener, "direction" | "useOriginalDst"> {
  readonly writers: readonly LogWriter[];
}

/** The facts of a resource. */
export type FactsOf = (resource: Resource) => Shared<ResourceFacts>;

const fieldsOfTypes: Readonly<Record<string, FieldsOfInterest>> = {
  "envoy.config.cluster.v3.Cluster": { taken: ["type", "cluster_type"] },
  "envoy.config.cluster.v3.Cluster.EdsClusterConfig": { taken: [], aside: ["service_name"] },
  "envoy.config.endpoint.v3.LbEndpoint": { taken: ["health_status"] },
  "envoy.config.listener.v3.Listener": { taken: ["access_log", "traffic_direction", "use_original_dst"] },
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager": { taken: ["access_log"] },
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy": { taken: ["access_log"] },
};

function fieldsOfInterest(description: MessageDescription): FieldsOfInterest | undefined {
  const referring = referringFields(description);
  const own = Object.hasOwn(fieldsOfTypes, description.name) ? fieldsOfTypes[description.name] : undefined;
  if (referring === undefined || own === undefined) return referring ?? own;
  return { taken: [...referring.taken, ...own.taken], aside: [...(referring.aside ?? []), ...(own.aside ?? [])] };
}

/** What anybody may put anything into, and Envoy itself does not read. */
const opaqueTypes: ReadonlySet<string> = new Set(["envoy.config.core.v3.Metadata"]);

const wayToFacts = new WayTo(fieldsOfInterest, opaqueTypes);

/** The facts of the resources of a snapshot, each found when it is first asked for. */
export function findFacts(): FactsOf {
  const ofKinds = new Map<ResourceKind, SharedAnswers<ResourceFacts>>();
  const known = new Map<Resource, Shared<ResourceFacts>>();
  return (resource) => {
    let facts = known.get(resource);
    if (facts === undefined) {
      let ofKind = ofKinds.get(resource.kind);
      if (ofKind === undefined) {
        ofKind = new SharedAnswers(wayToFacts.pickFrom(messageTypeOf(resource.kind)), factsIn);
        ofKinds.set(resource.kind, ofKind);
      }
      facts = ofKind.of(resource);
      known.set(resource, facts);
    }
    return facts;
  };
}

function factsIn(json: JsonObject, resource: Resource): ResourceFacts {
  const { kind } = resource;
  return {
    references: referencesIn(json, messageTypeOf(kind)),
    cluster: kind === "cluster" ? clusterFacts(readJson(resource, json)) : null,
    endpoints: kind === "endpoints" ? endpointsFacts(readJson(resource, json)) : null,
    listener: kind === "listener" ? listenerFacts(readJson(resource, json), resource.at) : null,
  };
}

function clusterFacts(value: JsonObject): ClusterFacts | null {
  const message = asMessage(value, "envoy.config.cluster.v3.Cluster");
  if (message === undefined) return null;
  const { type, cluster_type, eds_cluster_config, load_assignment } = message;
  return {
    type: cluster_type?.name ?? type ?? "STATIC",
    serviceName: eds_cluster_config?.service_name ?? "",
    own: load_assignment === undefined ? null : healthOf(load_assignment),
  };
}

function endpointsFacts(value: JsonObject): EndpointsHealth | null {
  const message = asMessage(value, "envoy.config.endpoint.v3.ClusterLoadAssignment");
  return message === undefined ? null : healthOf(message);
}

function listenerFacts(value: JsonObject, at: string): ListenerFacts | null {
  const message = asMessage(value, "envoy.config.listener.v3.Listener");
  if (message === undefined) return null;
  return { direction: directionOf(message), useOriginalDst: message.use_original_dst ?? false, writers: logWritersOf(message, at) };
}
