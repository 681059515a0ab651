import {
  type ReadProblem,
  type Resource,
  type ResourceKind,
  type Section,
  type Snapshot,
  type SnapshotFile,
  sectionNames,
  UnreadableInputError,
} from "../model/snapshot.js";
import type { Platform } from "../platform.js";
import { ClusterEndpoints, labelsOf } from "./cluster-endpoints.js";
import { GivenFile, hashOf } from "./given-file.js";
import { indexParts, type SectionIndex } from "./index-sections.js";
import { type DumpDocument, type InputFile, openInput, shownName } from "./open-input.js";
import { sectionFieldOf } from "./section-layouts.js";

/** What reading a dump yields: the snapshot, and what was odd about the file. */
export interface SnapshotRead {
  readonly snapshot: Snapshot;
  readonly problems: readonly ReadProblem[];
}

/** The files that make up a snapshot with the first one. */
export interface FurtherFiles {
  /** Further parts of the same proxy's configuration, such as the lists that istioctl prints. */
  readonly with?: readonly InputFile[];
  /** A saved /clusters?format=json of the same proxy: its endpoints stand in place of the dump's own. */
  readonly clusters?: InputFile;
}

/** One file of a snapshot. */
export interface Piece {
  readonly given: InputFile;
  /** Of the file's bytes. */
  readonly hash: () => string;
  /** Of an archive, the entry that was read. */
  readonly entry?: string;
  readonly dump: DumpDocument;
  /** What is odd about the file, beside what is odd about the dump in it. */
  readonly problems: readonly ReadProblem[];
}

/** Opens the files beside the first; pointers into them begin with their names. */
export function openFurther({ with: others = [], clusters }: FurtherFiles, platform: Platform): readonly Piece[] {
  const pieces = others.map((file) => openPiece(file, platform));
  if (clusters === undefined) return pieces;
  const piece = openPiece(clusters, platform);
  if (piece.dump.parts.clusterStatuses === undefined) {
    throw new UnreadableInputError(
      `cannot read ${shownName(clusters.fileName)}: it has no cluster_statuses; give what GET /clusters?format=json answers`,
    );
  }
  return [...pieces, piece];
}

function openPiece(given: InputFile, platform: Platform): Piece {
  const input = openInput(given, `${given.fileName}#`, platform);
  if (input.kind === "archive") {
    throw new UnreadableInputError(`cannot read ${shownName(given.fileName)}: it is an archive; give a part of one proxy's dump`);
  }
  return { given, hash: hashOf(given, platform), dump: input.dump, problems: [] };
}

/** One snapshot of the files of one proxy. */
export function assembleSnapshot(first: Piece, further: readonly Piece[]): SnapshotRead {
  const pieces = [first, ...further];
  const dumped = indexParts(
    pieces.map(({ dump: { document, parts } }) => ({
      text: document.outline.text,
      parts,
    })),
  );
  const withStatuses = pieces.filter(({ dump }) => dump.parts.clusterStatuses !== undefined);
  const index = withStatuses.length === 0 ? dumped : withClusterEndpoints(dumped, withStatuses);
  const missingSections = sectionNames.filter((name) => index.sections.every((section) => section.name !== name));
  const problems = [
    ...pieces.flatMap((piece) => [...piece.problems, ...piece.dump.document.problems, ...(piece.dump.parts.problems ?? [])]),
    ...(first.dump.parts.clusterStatuses === undefined ? [] : [{ code: "cluster-statuses", at: "" } as const]),
    ...dumped.problems,
  ];
  const isBootstrap = problems.some(({ code }) => code === "bootstrap-file");
  // Envoy prints ecds only where filters are discovered; that a bootstrap has no more than its own lists is said by itself.
  const expected = isBootstrap ? [] : missingSections.filter((name) => name !== "ecds");
  return {
    snapshot: {
      file: fileOf(
        first,
        further.map((piece) => fileOf(piece, [])),
      ),
      documents: pieces.map(({ dump }) => dump.document),
      origin: originOf(pieces, index),
      sections: index.sections,
      missingSections,
      unknownSections: index.unknownSections,
      endpointsFrom: withStatuses[0]?.given.fileName ?? null,
      resources: (kind) => index.resources.get(kind) ?? [],
    },
    problems: [...problems, ...(expected.length > 0 ? [{ code: "missing-sections", sections: expected } as const] : [])],
  };
}

const fileOf = ({ given, hash, entry }: Piece, others: readonly SnapshotFile[]): SnapshotFile => new GivenFile(given, hash, entry, others);

type SnapshotIndex = Pick<SectionIndex, "sections" | "unknownSections" | "resources" | "saysLastUpdated">;

/** The dump's own endpoints give way to those that the clusters have in fact, and lend them their labels. */
function withClusterEndpoints(dumped: SectionIndex, pieces: readonly Piece[]): SnapshotIndex {
  const labels = labelsOf(dumped.resources.get("endpoints") ?? []);
  const endpoints: readonly Resource[] = pieces.flatMap(({ dump: { document, parts } }) =>
    (parts.clusterStatuses ?? []).map(({ node, at }) => new ClusterEndpoints({ text: document.outline.text, node, at, labels })),
  );
  const sections: readonly Section[] = [
    ...dumped.sections.filter(({ name }) => name !== "endpoints"),
    ...pieces.map(({ dump: { document } }) => ({ name: "endpoints", at: document.at, versionInfo: null }) as const),
  ];
  const resources = new Map<ResourceKind, readonly Resource[]>([...dumped.resources, ["endpoints", endpoints]]);
  const { unknownSections, saysLastUpdated } = dumped;
  return { sections, unknownSections, resources, saysLastUpdated };
}

/**
 * istiod prints JSON names, and of its own dump never a bootstrap nor a time, as it has sent nothing yet. (istioctl
 * prints JSON names too, of a dump that Envoy made: that one has times; and its lists have no types.)
 */
function originOf(pieces: readonly Piece[], index: SnapshotIndex): "envoy" | "istiod" {
  if (index.saysLastUpdated || index.resources.has("bootstrap")) return "envoy";
  const spellsJsonNames = pieces
    .flatMap(({ dump }) => dump.parts.sections ?? [])
    .some(
      ({ node, layout, type }) =>
        layout !== null &&
        type !== layout.message &&
        node.children.some(({ key }) => /[A-Z]/.test(key) && sectionFieldOf(layout, key) !== undefined),
    );
  return spellsJsonNames ? "istiod" : "envoy";
}
