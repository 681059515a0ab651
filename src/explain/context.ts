import { type Configuration, configurationOf } from "../decode/configuration.js";
import { behaviourOf, type MatchingBehaviour, type RuntimeValues } from "../match/behaviour.js";
import { parseIp } from "../match/cidr.js";
import type { EnvoyVersion } from "../model/envoy-version.js";
import type { Request, SocketEnd } from "../model/request.js";
import type { Snapshot } from "../model/snapshot.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { directionOf } from "./choose-listener.js";

/** What every decision about a request looks at. */
export interface ExplainContext {
  readonly configuration: Configuration;
  readonly version: EnvoyVersion | null;
  readonly runtime: RuntimeValues;
  readonly behaviour: MatchingBehaviour;
  readonly isGateway: boolean;
  /** What the proxy calls itself; "" where the dump does not say. */
  readonly node: { readonly id: string; readonly cluster: string };
}

const contexts = new WeakMap<Snapshot, ExplainContext>();

/** The context of a snapshot, made once. */
export function contextOf(snapshot: Snapshot): ExplainContext {
  let context = contexts.get(snapshot);
  if (context === undefined) {
    const configuration = configurationOf(snapshot);
    const version = configuration.bootstrap?.envoyVersion ?? null;
    const runtime = runtimeOf(configuration);
    const { id = "", cluster = "" } = configuration.bootstrap?.message.node ?? {};
    context = {
      configuration,
      version,
      runtime,
      behaviour: behaviourOf(version, runtime),
      isGateway: isGateway(configuration),
      node: { id, cluster },
    };
    contexts.set(snapshot, context);
  }
  return context;
}

const isGateway = (configuration: Configuration): boolean => configuration.bootstrap?.proxy?.type === "router";

/** The runtime's static layers by dotted key, later layers over earlier ones. What RTDS or the admin port set is not in a dump. */
function runtimeOf(configuration: Configuration): RuntimeValues {
  const values = new Map<string, Json>();
  for (const layer of configuration.bootstrap?.message.layered_runtime?.layers ?? []) {
    if (layer.static_layer !== undefined) collect(layer.static_layer, "", values, 0);
  }
  return values;
}

const deepestRuntime = 32;

/** Nested structs spell a dotted key, unless the struct is a FractionalPercent. */
function collect(layer: JsonObject, prefix: string, values: Map<string, Json>, depth: number): void {
  for (const [key, value] of Object.entries(layer)) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    const nested = isJsonObject(value) && !Object.hasOwn(value, "numerator") && !Object.hasOwn(value, "denominator");
    if (nested && depth < deepestRuntime) collect(value, name, values, depth + 1);
    else values.set(name, value);
  }
}

/** The request with its defaults filled in: the direction, and outbound the proxy's own address as its source. */
export function withDefaults(request: Request, context: ExplainContext): Request & { readonly direction: "inbound" | "outbound" } {
  const { bootstrap } = context.configuration;
  const direction = directionOf(request, bootstrap?.proxy?.type);
  const source = request.source ?? (direction === "outbound" ? ownAddress(context, request.destination.ip) : undefined);
  return { ...request, direction, ...(source === undefined ? {} : { source }) };
}

/** The proxy's own address of the destination's family: INSTANCE_IPS of the node's metadata, else the node id. */
function ownAddress(context: ExplainContext, destination: string): SocketEnd | undefined {
  const { bootstrap } = context.configuration;
  const listed = bootstrap?.message.node?.metadata?.INSTANCE_IPS;
  const own = [...(bootstrap?.proxy == null ? [] : [bootstrap.proxy.ip]), ...(typeof listed === "string" ? listed.split(",") : [])];
  const family = parseIp(destination)?.family;
  const ip = own.find((candidate) => parseIp(candidate)?.family === family);
  return ip === undefined ? undefined : { ip, port: 0 };
}
