import type { MessageTypes } from "../generated/messages.js";
import type { DecodeProblem } from "../model/problem.js";
import { type Any, type MessageName, typeUrlOf, unpack } from "../model/proto-json.js";
import type { Resource } from "../model/snapshot.js";
import { pickFields } from "../proto/pick-fields.js";
import { type FieldChoice, type ReadMessage, readMessage } from "../proto/read-message.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import type { JsonPick } from "../util/json-pick.js";

const read = new WeakMap<Resource, ReadMessage>();

const messageOfKind = {
  bootstrap: "envoy.config.bootstrap.v3.Bootstrap",
  cluster: "envoy.config.cluster.v3.Cluster",
  endpoints: "envoy.config.endpoint.v3.ClusterLoadAssignment",
  listener: "envoy.config.listener.v3.Listener",
  scoped_route: "envoy.config.route.v3.ScopedRouteConfiguration",
  route_configuration: "envoy.config.route.v3.RouteConfiguration",
  secret: "envoy.extensions.transport_sockets.tls.v3.Secret",
  extension: "envoy.config.core.v3.TypedExtensionConfig",
} as const satisfies Record<Resource["kind"], MessageName>;

/** The message type of the resources of a kind. */
export const messageTypeOf = (kind: Resource["kind"]): MessageName => messageOfKind[kind];

/** A resource as canonical ProtoJSON, read when it is first asked for; an entry without a configuration reads as an empty message. */
export function readResource(resource: Resource): ReadMessage {
  let found = read.get(resource);
  if (found === undefined) {
    found = readMessage(messageOfKind[resource.kind], withType(resource), resource.at);
    read.set(resource, found);
  }
  return found;
}

/** What a resource holds that reading it in full does not understand. Nothing of it is kept: for a look at all resources. */
export function problemsIn(resource: Resource): readonly DecodeProblem[] {
  const { problems } = read.get(resource) ?? readMessage(messageOfKind[resource.kind], withType(resource), resource.at);
  return problems;
}

const picks = new WeakMap<FieldChoice, JsonPick>();

function pickOf(kind: Resource["kind"], chosen: FieldChoice): JsonPick {
  let pick = picks.get(chosen);
  if (pick === undefined) {
    pick = pickFields(messageOfKind[kind], chosen);
    picks.set(chosen, pick);
  }
  return pick;
}

/** Some fields of a resource as canonical ProtoJSON; nothing of it is kept. `chosen` goes with one kind of resources. */
function readFields(resource: Resource, chosen: FieldChoice): JsonObject {
  const known = read.get(resource)?.value;
  if (known !== undefined) return known;
  const json = jsonPicked(resource, resource.picked(pickOf(resource.kind, chosen))?.text ?? null);
  return readMessage(messageOfKind[resource.kind], json, resource.at, { chosen }).value;
}

/** What was picked of a resource, with its `@type`; all of it where nothing was, or where that is malformed: parsing it tells where. */
export function jsonPicked(resource: Resource, text: string | null): JsonObject {
  const json = text === null ? undefined : parseObject(text);
  return json === undefined ? withType(resource) : typed(resource, json);
}

/** The JSON of a resource, or a part of it, as canonical ProtoJSON; nothing of it is kept. */
export const readJson = (resource: Resource, json: JsonObject): JsonObject =>
  readMessage(messageOfKind[resource.kind], json, resource.at).value;

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A resource as canonical ProtoJSON without some items of its lists, which stand in `json`: a large one of which little is of interest. */
export const readWithout = (resource: Resource, json: JsonObject, omitted: ReadonlySet<Json>): ReadMessage =>
  readMessage(messageOfKind[resource.kind], typed(resource, json), resource.at, { omitted });

/** Bootstrap and some entries stand without an `@type`; the section says what they are. */
const withType = (resource: Resource): JsonObject => typed(resource, resource.json() ?? {});

function typed(resource: Resource, json: JsonObject): JsonObject {
  return Object.hasOwn(json, "@type") ? json : { "@type": typeUrlOf(messageOfKind[resource.kind]), ...json };
}

/**
 * A resource as the typed message of its kind; null where the file holds another type in its place (the problems name it).
 *
 * @param chosen the fields that are read, for a look at many resources; all where absent
 */
export function decodeAs<Name extends MessageName>(
  resource: Resource,
  name: Name,
  chosen?: FieldChoice,
): (Any & MessageTypes[Name]) | null {
  const value = chosen === undefined ? readResource(resource).value : readFields(resource, chosen);
  return asMessage(value, name) ?? null;
}

/** A message that was read as the typed one of a name; undefined where it is another. */
export const asMessage = <Name extends MessageName>(value: JsonObject, name: Name): (Any & MessageTypes[Name]) | undefined =>
  isAny(value) ? unpack(value, name) : undefined;

const isAny = (value: JsonObject): value is JsonObject & Any => typeof value["@type"] === "string";
