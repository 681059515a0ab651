import { messageTypeOf, readResource, readWithout } from "../decode/decode-resource.js";
import { fingerprint } from "../identity/fingerprint.js";
import { typesIn, type ValueType } from "../identity/value-type.js";
import type { Resource, ResourceKind } from "../model/snapshot.js";
import type { ReadMessage } from "../proto/read-message.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { byCodePoint } from "../util/text.js";
import type { IgnoredKind } from "./change.js";
import { compareMessages } from "./compare-messages.js";
import type { Difference, Findings, IgnoredPlace } from "./difference.js";
import { equalItems } from "./equal-items.js";
import { hideSensitive, hideTexts, leadsIntoSensitive } from "./hide-sensitive.js";
import { compareJson, deepestShown, isTooDeep } from "./json-shape.js";
import { without } from "./list-items.js";
import type { ResourcePair, SameBytes } from "./match-resources.js";
import type { IdentityExchange } from "./proxy-identity.js";
import type { Step } from "./trail.js";

/** Parts of a bootstrap that are resources of their own; Envoy prints copies of them in their sections. */
const skippedOfBootstrap = ["static_resources.listeners", "static_resources.clusters", "static_resources.secrets"];

const failureStep: Step = { message: "envoy.admin.v3.UpdateFailureState", field: "failed_configuration", key: "", instance: false };

/** Compares a pair of resources; their bytes first, and only where those differ what they say. */
export function compareResources(
  { kind, old, new: now }: ResourcePair,
  same: SameBytes,
  exchange: IdentityExchange | undefined,
  findings: Findings,
): void {
  if (old === undefined || now === undefined) {
    findings.differences.push(wholeDifference(kind, wholeOf(old), wholeOf(now)));
    return;
  }
  ignoreStamp("version", old, now, ({ versionInfo }) => versionInfo, findings);
  ignoreStamp("timestamp", old, now, ({ lastUpdated }) => lastUpdated, findings);
  compareBodies(old, now, same, exchange, findings);
}

function ignoreStamp(
  kind: IgnoredKind,
  old: Resource,
  now: Resource,
  read: (resource: Resource) => string | null,
  findings: Findings,
): void {
  const [before, after] = [read(old), read(now)];
  if (before !== after) findings.ignore(kind, () => ({ path: "", old: holderAt(old), new: holderAt(now), before, after }));
}

/** The pointer to what holds a resource, its version and its time. */
const holderAt = ({ at }: Resource): string => at.slice(0, at.lastIndexOf("/"));

function compareBodies(old: Resource, now: Resource, same: SameBytes, exchange: IdentityExchange | undefined, findings: Findings): void {
  if (old.state === "error") {
    const details = [old, now].map((resource) => resource.failure?.details ?? "");
    if (details[0] !== details[1]) findings.differences.push(detailsDifference(old, now));
  }
  if (same(old, now)) return;
  const place = (): IgnoredPlace => ({ path: "", old: old.at, new: now.at });
  const [oldJson, newJson] = [old.json(), now.json()];
  const asJson = compareJson(oldJson, newJson);
  if (asJson !== "different") {
    findings.ignore(asJson === "reordered" ? "order" : "spelling", place);
    return;
  }
  const plain = bodyFindings(old, oldJson ?? {}, now, newJson ?? {});
  const explained =
    exchange === undefined || old.kind === "endpoints" ? undefined : exchanged(old, oldJson ?? {}, now, newJson ?? {}, exchange);
  const takes = explained !== undefined && explained.differences.length < plain.differences.length;
  const { differences, ignored } = takes ? explained : plain;
  findings.differences.push(...differences);
  for (const [kind, at] of ignored) findings.ignore(kind, at);
  if (takes) findings.ignore("identity", place);
  if (differences.length === 0 && ignored.length === 0 && !takes && old.kind !== "bootstrap") findings.ignore("spelling", place);
}

interface BodyFindings {
  readonly differences: readonly Difference[];
  readonly ignored: readonly (readonly [IgnoredKind, () => IgnoredPlace])[];
}

function bodyFindings(old: Resource, oldJson: JsonObject, now: Resource, newJson: JsonObject): BodyFindings {
  const differences: Difference[] = [];
  const ignored: [IgnoredKind, () => IgnoredPlace][] = [];
  const findings: Findings = { differences, ignore: (kind, at) => ignored.push([kind, at]) };
  const type = messageTypeOf(old.kind);
  const equal = equalItems(type, oldJson, newJson);
  const [before, after] = [readWithout(old, oldJson, equal), readWithout(now, newJson, equal)];
  if (isTooDeep(before.value) || isTooDeep(after.value)) differences.push(tooDeepDifference(old, now));
  else {
    const skip = old.kind === "bootstrap" ? skippedOfBootstrap : [];
    compareMessages(type, before.value, after.value, findings, old.state === "error" ? { within: failureStep, skip } : { skip });
    compareSetAside(old, now, [before, after], findings);
  }
  return { differences, ignored };
}

/** What differs when the new proxy's own names and addresses are read as the old one's; undefined where it names none of them. */
function exchanged(
  old: Resource,
  oldJson: JsonObject,
  now: Resource,
  newJson: JsonObject,
  exchange: IdentityExchange,
): BodyFindings | undefined {
  const own = exchange.within(newJson);
  const read = isTooDeep(newJson) ? newJson : own.in(newJson);
  if (read === newJson || !isJsonObject(read)) return undefined;
  const { differences, ignored } = bodyFindings(old, oldJson, now, read);
  // What is shown of NEW is what stands in it.
  const shown = differences.map((difference) =>
    difference.after === undefined ? difference : { ...difference, after: own.in(difference.after) },
  );
  return { differences: shown, ignored };
}

/** A resource on one side of a difference. */
export interface WholeResource {
  readonly value: JsonObject;
  readonly at: string;
}

/** A resource that one side lacks is one difference. */
export function wholeDifference(kind: ResourceKind, old: WholeResource | undefined, now: WholeResource | undefined): Difference {
  const type: ValueType = { kind: "message", type: messageTypeOf(kind) };
  const sides = [old, now].flatMap((side) => side ?? []);
  const shown = (side: WholeResource | undefined): Json | undefined => (side === undefined ? undefined : hideSensitive(type, side.value));
  return {
    op: old === undefined ? "add" : "remove",
    steps: [],
    around: [],
    valueTypes: sides.flatMap(({ value }) => typesIn(type, value)),
    before: shown(old),
    after: shown(now),
    print: [old, now].map((side) => (side === undefined ? "" : fingerprint(type, side.value))).join("→"),
    old: old?.at ?? null,
    new: now?.at ?? null,
    position: undefined,
    opaque: false,
  };
}

const wholeOf = (resource: Resource | undefined): WholeResource | undefined =>
  resource === undefined ? undefined : { value: wholeValue(resource), at: resource.at };

/** A resource as a change shows it: without its `@type`, which the resource's type says; a refused one with the reason. */
function wholeValue(resource: Resource): JsonObject {
  const value = readResource(resource).value;
  if (isTooDeep(value)) return { name: resource.name };
  const body = without(value, "@type");
  if (resource.state !== "error") return body;
  return { details: resource.failure?.details ?? "", ...(Object.keys(body).length === 0 ? {} : { failed_configuration: body }) };
}

function detailsDifference(old: Resource, now: Resource): Difference {
  const [before, after] = [old.failure?.details ?? "", now.failure?.details ?? ""];
  const step: Step = { ...failureStep, field: "details" };
  return plainDifference([step], before, after, `${failureAt(old)}/details`, `${failureAt(now)}/details`, false);
}

/** The pointer to the error state around a refused configuration; an entry without one stands for its error state itself. */
const failureAt = ({ at }: Resource): string => at.replace(/\/failed_?[cC]onfiguration$/, "");

function tooDeepDifference(old: Resource, now: Resource): Difference {
  const text = `(nested deeper than ${deepestShown} levels; not shown)`;
  return plainDifference([], text, text, old.at, now.at, true);
}

function plainDifference(
  steps: readonly Step[],
  before: Json | undefined,
  after: Json | undefined,
  old: string | null,
  now: string | null,
  opaque: boolean,
): Difference {
  const op = before === undefined ? "add" : after === undefined ? "remove" : "change";
  const print = JSON.stringify([before ?? null, after ?? null]);
  return { op, steps, around: [], valueTypes: [], before, after, print, old, new: now, position: undefined, opaque };
}

/** Values that do not fit their field are no part of the decoded message; they are compared as they stand in the file. */
function compareSetAside(old: Resource, now: Resource, read: readonly [ReadMessage, ReadMessage], findings: Findings): void {
  const type = messageTypeOf(old.kind);
  const [before, after] = [setAsideOf(type, read[0]), setAsideOf(type, read[1])];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort(byCodePoint)) {
    const [was, is] = [before.get(path), after.get(path)];
    if (was !== undefined && is !== undefined && was.print === is.print) continue;
    const steps = path.split("/").map((field): Step => ({ message: null, field, key: "", instance: false }));
    findings.differences.push(
      plainDifference(
        steps,
        was?.shown,
        is?.shown,
        was === undefined ? null : `${old.at}/${path}`,
        is === undefined ? null : `${now.at}/${path}`,
        true,
      ),
    );
  }
}

interface SetAsideValue {
  readonly print: string;
  /** In a sensitive field its texts are hidden. */
  readonly shown: Json;
}

function setAsideOf(type: string, { value, setAside }: ReadMessage): ReadonlyMap<string, SetAsideValue> {
  const found = new Map<string, SetAsideValue>();
  for (const { path, was } of setAside) {
    if (!("value" in was) || was.kept || isTooDeep(was.value)) continue;
    const shown = leadsIntoSensitive(type, value, path) ? hideTexts(was.value) : was.value;
    found.set(path.join("/"), { print: fingerprint({ kind: "json", opaque: true }, was.value), shown });
  }
  return found;
}

/** The resources inside a bootstrap, which Envoy prints in their sections once more. */
export const bootstrapResources = [
  { kind: "listener", field: "listeners" },
  { kind: "cluster", field: "clusters" },
  { kind: "secret", field: "secrets" },
] as const;

/** The static resources of one kind in a bootstrap in canonical ProtoJSON, by name. */
export function staticResourcesOf(bootstrap: JsonObject | undefined, field: string): ReadonlyMap<string, JsonObject> {
  const list = member(member(bootstrap, "static_resources"), field);
  const found = new Map<string, JsonObject>();
  for (const resource of Array.isArray(list) ? list : []) {
    const name = member(resource, "name");
    if (isJsonObject(resource)) found.set(typeof name === "string" ? name : "", resource);
  }
  return found;
}
