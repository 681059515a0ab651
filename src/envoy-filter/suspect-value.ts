import { placeOf } from "../model/proto-json.js";
import { describeMessage } from "../proto/describe-type.js";
import { messagesIn } from "../proto/walk-messages.js";
import type { ConfigPatch } from "./envoy-filter.js";
import { messageIn } from "./message-fields.js";
import type { Suspicion } from "./patch-account.js";
import { isMerge } from "./patch-run.js";
import { patchedTypes } from "./patched-types.js";
import type { PreparedPatch } from "./prepared-patch.js";
import { readPatchValue } from "./read-patch-value.js";

/** What is suspicious about a patch's value by itself. */
export function* suspectValue({ applyTo, patch }: ConfigPatch, prepared: PreparedPatch): Generator<Suspicion> {
  if (patch.value === undefined) return;
  if (patch.operation === "REMOVE") {
    yield { code: "value-ignored", at: "/patch/value", message: "REMOVE does not look at its value" };
    return;
  }
  for (const { code, at, message } of readPatchValue(applyTo, patch.value).problems) {
    if (code === "dropped") yield { code: "unknown-field", at: `/patch/value${at}`, message: `${message}: istiod passes over it` };
  }
  for (const { type, message } of messagesIn(prepared.value, patchedTypes[applyTo])) {
    for (const key of Object.keys(message)) {
      if (describeMessage(type)?.field(key)?.deprecated !== true) continue;
      yield { code: "deprecated-field", at: `/patch/value${placeOf(message, key)}`, message: `${key} of ${type} is deprecated` };
    }
  }
  yield* suspectIgnored(prepared);
}

/** Parts of a value that a merge does not look at. */
function* suspectIgnored(patch: PreparedPatch): Generator<Suspicion> {
  if (!isMerge(patch)) return;
  const { applyTo, value } = patch;
  const counts = countedFields(patch);
  if (counts === undefined) return;
  for (const key of Object.keys(value)) {
    if (counts.includes(key)) continue;
    const message = `of a ${applyTo} that is merged only ${counts.join(" and ")} ${counts.length === 1 ? "counts" : "count"}, not ${key}`;
    yield { code: "value-ignored", at: `/patch/value${placeOf(value, key)}`, message };
  }
}

/** The fields of a value that a merge looks at; undefined where those are all. */
function countedFields({ applyTo, value }: PreparedPatch): readonly string[] | undefined {
  switch (applyTo) {
    case "NETWORK_FILTER":
    case "HTTP_FILTER":
      return ["name", "typed_config"];
    case "LISTENER_FILTER":
      return ["typed_config"];
    case "CLUSTER":
      return messageIn(value, "transport_socket") === undefined ? undefined : ["transport_socket"];
    default:
      return undefined;
  }
}
