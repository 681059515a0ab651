import { configurationOf } from "../decode/configuration.js";
import { messageTypeOf, readResource } from "../decode/decode-resource.js";
import { fingerprint } from "../identity/fingerprint.js";
import type { ValueType } from "../identity/value-type.js";
import type { Resource, ResourceKind, Snapshot } from "../model/snapshot.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { byCodePoint } from "../util/text.js";
import { lastingParts, renewedFields } from "./certificate-renewal.js";
import type { ResourceStanding } from "./change.js";
import { bootstrapResources } from "./compare-resources.js";
import { kindOrder } from "./group-changes.js";
import { hideSensitive } from "./hide-sensitive.js";
import { isTooDeep } from "./json-shape.js";
import { without } from "./list-items.js";
import { comparedResources, standingOf } from "./match-resources.js";

/** A resource without what is no change between two dumps. */
export interface CanonicalResource {
  readonly kind: ResourceKind;
  readonly standing: ResourceStanding;
  readonly name: string;
  /** Canonical ProtoJSON: members by name, lists whose order means nothing in one order; null where it nests too deep. */
  readonly value: JsonObject | null;
}

/**
 * The resources of a dump so that two dumps which `diffSnapshots` finds equal give the same (but for routes that may stand in any
 * order, which keep theirs): by kind and name, without versions and times, without what past traffic left (the hosts of ORIGINAL_DST
 * clusters), of a certificate what a renewal keeps. Secrets are replaced.
 */
export function canonicalResources(snapshot: Snapshot): readonly CanonicalResource[] {
  return kindOrder.flatMap((kind) =>
    comparedResources(snapshot, kind)
      .filter((resource) => kind !== "endpoints" || configurationOf(snapshot).cluster(resource.name)?.type !== "ORIGINAL_DST")
      .map((resource) => ({ kind, standing: standingOf(resource), name: resource.name, value: canonicalValue(resource) }))
      .sort((a, b) => byCodePoint(a.standing, b.standing) || byCodePoint(a.name, b.name)),
  );
}

function canonicalValue(resource: Resource): JsonObject | null {
  const { value } = readResource(resource);
  if (isTooDeep(value)) return null;
  const type: ValueType = { kind: "message", type: messageTypeOf(resource.kind) };
  const shown = hideSensitive(type, withoutRenewed(withoutCopies(without(value, "@type"))));
  // A fingerprint is JSON: that of all values which say the same.
  const canonical: Json = JSON.parse(fingerprint(type, shown));
  return isJsonObject(canonical) ? canonical : null;
}

/** A bootstrap without the resources in it, which stand in their sections too. */
function withoutCopies(message: JsonObject): JsonObject {
  const parts = member(message, "static_resources");
  return isJsonObject(parts)
    ? { ...message, static_resources: bootstrapResources.reduce((rest, { field }) => without(rest, field), parts) }
    : message;
}

/** A secret with what a renewal keeps in place of its certificate and key. */
function withoutRenewed(message: JsonObject): JsonObject {
  const certificate = member(message, "tls_certificate");
  const parts = isJsonObject(certificate) ? lastingParts(certificate) : [];
  if (!isJsonObject(certificate) || parts.length === 0) return message;
  const rest = renewedFields.reduce(without, certificate);
  return { ...message, tls_certificate: { ...rest, certificate_chain: { certificates: parts.map((text): Json => JSON.parse(text)) } } };
}
