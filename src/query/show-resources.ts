import { readResource } from "../decode/decode-resource.js";
import { fileInWords } from "../model/answer.js";
import type { DecodeProblem } from "../model/problem.js";
import type { Resource, ResourceKind, ResourceState, Snapshot } from "../model/snapshot.js";
import { UsageError } from "../model/usage-error.js";
import { withDefaults } from "../proto/with-defaults.js";
import { countOf, nearestNames } from "../util/text.js";
import { decodeUtf8 } from "../util/utf8.js";
import { withinStack } from "./within-stack.js";

/** Which resources are to be shown: all of a kind where no name and no state is given. */
export interface ShowRequest {
  readonly kind: ResourceKind;
  /** The whole name. */
  readonly name?: string | undefined;
  readonly state?: ResourceState | undefined;
  /** As a canonical message with its defaults written out, in place of the file's own text. */
  readonly decoded?: boolean;
}

export interface ShownResource {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly state: ResourceState;
  readonly at: string;
  /** The resource as JSON text: as it stands in the file, byte for byte, or decoded. */
  readonly text: string;
}

export interface ShownResources {
  readonly resources: readonly ShownResource[];
  /** What could not be decoded; nothing where the file's own text is shown. */
  readonly problems: readonly DecodeProblem[];
}

const kindWords: Readonly<Record<ResourceKind, { readonly one: string; readonly many: string }>> = {
  bootstrap: { one: "bootstrap", many: "bootstraps" },
  cluster: { one: "cluster", many: "clusters" },
  endpoints: { one: "endpoints", many: "endpoints" },
  listener: { one: "listener", many: "listeners" },
  scoped_route: { one: "scoped route", many: "scoped routes" },
  route_configuration: { one: "route configuration", many: "route configurations" },
  secret: { one: "secret", many: "secrets" },
  extension: { one: "ECDS extension", many: "ECDS extensions" },
};

/**
 * Resources of a dump in full, in the order of the file. A name may stand for several: an active listener and the refused update
 * of it, say.
 *
 * @throws UsageError where there is none of that name or state; it names the nearest
 */
export function showResources(snapshot: Snapshot, request: ShowRequest): ShownResources {
  const found = findResources(snapshot, request);
  const decoded = request.decoded ?? false;
  return {
    resources: found.map((resource) => {
      const { kind, name, state, at } = resource;
      const text = decoded ? decodedText(resource) : textInFile(resource);
      return { kind, name, state, at, text };
    }),
    problems: decoded ? found.flatMap((resource) => readResource(resource).problems) : [],
  };
}

/** The text as it stands in the file; parsing it first refuses what is no JSON. */
function textInFile(resource: Resource): string {
  resource.json();
  return decodeUtf8(resource.bytes());
}

const decodedText = (resource: Resource): string =>
  withinStack(
    () => JSON.stringify(withDefaults(readResource(resource).value)),
    `${resource.at} nests too deep to be decoded; show it as it stands in the file`,
  );

function findResources(snapshot: Snapshot, { kind, name, state }: ShowRequest): readonly Resource[] {
  const all = snapshot.resources(kind);
  const { one, many } = kindWords[kind];
  if (all.length === 0) throw new UsageError(`${fileInWords(snapshot.file)} holds no ${many}`);
  const named = name === undefined ? all : all.filter((resource) => resource.name === name);
  if (named.length === 0) {
    const nearest = nearestNames(
      name ?? "",
      all.map((resource) => resource.name),
    );
    const hint =
      nearest.length > 0
        ? `did you mean ${nearest.join(", ")}?`
        : `it holds ${countOf(all.length, one, many)}; without a name all are shown`;
    throw new UsageError(`${fileInWords(snapshot.file)} holds no ${one} named ${JSON.stringify(name)}; ${hint}`);
  }
  const inState = state === undefined ? named : named.filter((resource) => resource.state === state);
  if (inState.length > 0) return inState;
  const states = [...new Set(named.map((resource) => resource.state))].join(", ");
  throw new UsageError(`no ${one}${name === undefined ? "" : ` named ${JSON.stringify(name)}`} is in state ${state}; there are: ${states}`);
}
