import { type Platform, portablePlatform } from "../platform.js";
import type { ByteSource } from "../util/byte-source.js";
import type { FurtherFiles, SnapshotRead } from "./assemble-snapshot.js";
import { chooseDump, findDumps } from "./find-dumps.js";

export interface ReadOptions extends FurtherFiles {
  /** How answers name the file; "-" is standard input, and the default. */
  readonly fileName?: string;
  /** What inflates and hashes; the portable platform when absent. */
  readonly platform?: Platform;
  /** Of an archive, the entry to read: its whole name, its pod, or the end of either behind a slash. */
  readonly entry?: string;
}

/**
 * Reads a config dump: what lies where in the file, nothing parsed yet. What the input is, its content tells:
 *
 * - Envoy's /config_dump (also with ?mask=, ?name_regex= or ?resource=), istiod's /debug/config_dump, single sections of them;
 * - what `istioctl proxy-config … -o json|yaml` prints; Envoy's /clusters?format=json; the bootstrap that `envoy -c` takes;
 * - as JSON or YAML, in either spelling of the fields, in UTF-8 or UTF-16, with kubectl's words before or behind it;
 * - packed by gzip or zstd; as the only dump, or the `entry`, of a tar archive.
 *
 * One pass finds the structure; a file may be larger than memory, where `bytes` reads it by place. What is malformed within a
 * resource is found when its `json()` is asked for, which throws the same error. `bytes` must not change afterwards.
 *
 * What is odd but readable is a problem and reading goes on; an input that is no config dump throws UnreadableInputError, whose
 * message is one line: what, where (0-based byte offset), what to do. An `entry` that is not there throws UsageError.
 */
export function readSnapshot(bytes: Uint8Array | ByteSource, options: ReadOptions = {}): SnapshotRead {
  const { fileName = "-", platform = portablePlatform, entry } = options;
  const found = findDumps({ bytes, fileName }, platform);
  const chosen = chooseDump(found, fileName, entry);
  const { snapshot, problems } = chosen.read(options);
  if (!found.isArchive || entry !== undefined) return { snapshot, problems };
  return { snapshot, problems: [{ code: "only-entry", entry: chosen.entry, others: found.others }, ...problems] };
}
