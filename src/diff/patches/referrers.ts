import type { ResourceKind, Snapshot } from "../../model/snapshot.js";
import { findBytes } from "../../util/find-bytes.js";
import { encodeUtf8 } from "../../util/utf8.js";
import { standingOf } from "../match-resources.js";

/** Of a resource that Envoy asks for by name: the kinds of resources that ask for it. */
const askers: Readonly<Partial<Record<ResourceKind, readonly ResourceKind[]>>> = {
  route_configuration: ["listener", "scoped_route"],
  endpoints: ["cluster"],
  secret: ["listener", "cluster"],
  extension: ["listener"],
};

/** The serving resources whose text names a resource that is asked for by name, as `kind name`; [] of a kind that nobody asks for. */
export function referrersOf(snapshot: Snapshot, kind: ResourceKind, name: string): readonly string[] {
  const wanted = encodeUtf8(JSON.stringify(name));
  return (askers[kind] ?? []).flatMap((asker) =>
    snapshot
      .resources(asker)
      .filter((resource) => standingOf(resource) === "serving" && findBytes(resource.bytes(), wanted) >= 0)
      .map((resource) => `${asker} ${resource.name}`),
  );
}
