import { messageTypeOf } from "../decode/decode-resource.js";
import type { Resource } from "../model/snapshot.js";
import { DistinctTexts } from "./distinct-texts.js";
import { TextRule } from "./reading.js";
import { Readings } from "./readings.js";
import { type RemovalKind, removalKinds } from "./redaction.js";
import { rewriteJson } from "./rewrite-json.js";
import { scrubMeaning } from "./scrub-meaning.js";
import { TextScrubber } from "./scrub-text.js";
import { SecretTags } from "./secret-tags.js";

/** One kind of secret that stands in clear, how often, and where first; never what it is. */
export interface SecretsToHide {
  readonly kind: RemovalKind;
  readonly count: number;
  readonly at: string;
}

/** What `redact` would take out of the resources, by kind. */
export function secretsInResources(resources: readonly Resource[]): readonly SecretsToHide[] {
  const scrubber = new TextScrubber(new SecretTags());
  const readings = new Readings((meaning) => new TextRule((text) => scrubMeaning(scrubber, text, meaning)), false);
  const texts = new DistinctTexts();
  const found = new Map<RemovalKind, SecretsToHide>();
  const removed = (kind: RemovalKind, at: string): void => {
    const known = found.get(kind);
    found.set(kind, { kind, count: (known?.count ?? 0) + 1, at: known?.at ?? at });
  };
  for (const resource of resources) {
    const type = readings.message(messageTypeOf(resource.kind));
    const bytes = resource.bytes();
    rewriteJson(bytes, type, { texts, removed, at: resource.at });
  }
  return removalKinds.flatMap((kind) => found.get(kind) ?? []);
}
