import type { Resource, Snapshot } from "../../model/snapshot.js";
import type { JsonObject } from "../../util/json.js";

/** The resources of a kind, as the view has them; asked each time that they are. */
type Narrow = (kind: Resource["kind"], resources: readonly Resource[]) => readonly Resource[];

/** A snapshot with other resources. */
export function viewOf(snapshot: Snapshot, narrow: Narrow): Snapshot {
  return {
    get file() {
      return snapshot.file;
    },
    origin: snapshot.origin,
    documents: snapshot.documents,
    sections: snapshot.sections,
    missingSections: snapshot.missingSections,
    unknownSections: snapshot.unknownSections,
    endpointsFrom: snapshot.endpointsFrom,
    resources: (kind) => narrow(kind, snapshot.resources(kind)),
  };
}

/** A resource with another body, at its place in the file. */
export const viewOfResource = (resource: Resource, body: JsonObject): Resource => ({
  ...{ kind: resource.kind, state: resource.state, name: resource.name, at: resource.at, entryAt: resource.entryAt },
  ...{ versionInfo: resource.versionInfo, lastUpdated: resource.lastUpdated, failure: resource.failure },
  isNamed: (name) => resource.isNamed(name),
  bytes: () => resource.bytes(),
  picked: () => null,
  json: () => body,
});
