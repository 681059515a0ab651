import type { Metadata } from "../generated/messages.js";
import type { FieldChoice } from "../proto/read-message.js";
import { isJsonObject, member } from "../util/json.js";

/** What of an object's metadata tells its origin. */
export const originFields = { filter_metadata: null } as const satisfies FieldChoice;

/**
 * The Istio or Kubernetes resource that Istio made a piece of configuration from, as istioctl writes it: `reviews.default`;
 * with its kind in front where that is not the expected one: `sidecar bookinfo.default`. Null where the metadata names none.
 *
 * Istio notes it as the path of the resource's API: `/apis/GROUP/VERSION/namespaces/NAMESPACE/KIND/NAME`.
 */
export function istioOrigin(metadata: Metadata | undefined, expectedKind: string): string | null {
  const path = member(istioMetadata(metadata), "config");
  if (typeof path !== "string") return null;
  const [start, apis, , , namespaces, namespace, kind, name, ...rest] = path.split("/");
  if (start !== "" || apis !== "apis" || namespaces !== "namespaces" || name === undefined || rest.length > 0) return path;
  const resource = `${name}.${namespace}`;
  return kind === expectedKind ? resource : `${kind} ${resource}`;
}

function istioMetadata(metadata: Metadata | undefined) {
  const filters = metadata?.filter_metadata;
  return isJsonObject(filters) ? member(filters, "istio") : undefined;
}
