import type { ByteSource } from "../util/byte-source.js";
import { isBlank } from "../util/json-marks.js";
import type { JsonNode } from "../util/json-outline.js";
import { jsonKind, leaf, Opening, outlineJson } from "../util/json-outline.js";
import { countOf } from "../util/text.js";
import { quoteText } from "../util/utf8.js";
import type { DumpText } from "./dump-text.js";
import type { DumpOutline } from "./outline-dump.js";

const takeEnvoys = "take the dump with /config_dump?include_eds on the proxy's admin port";

/** JSON that people take for a config dump, by members that it alone has. The first entry that fits counts. */
const relatives: readonly { readonly members: readonly string[]; readonly what: string; readonly advice: string }[] = [
  ...[["workloads", "services"], ["workloads", "policies"], ["workloadState"], ["state", "connections", "info"]].map((members) => ({
    members,
    what: "a ztunnel dump, not Envoy's",
    advice: "take the dump of a sidecar, gateway or waypoint",
  })),
  ...[
    [["listener_statuses"], "/listeners"],
    [["certificates"], "/certs"],
    [["command_line_options"], "/server_info"],
    [["stats"], "/stats"],
    [["layers", "entries"], "/runtime"],
  ].map(([members, page]) => ({
    members: [members ?? []].flat(),
    what: `the answer of Envoy's ${page}, not of /config_dump`,
    advice: takeEnvoys,
  })),
  { members: ["apiVersion", "kind"], what: "a Kubernetes object, not a config dump", advice: takeEnvoys },
];

/** What a JSON text is that is no config dump, and what to do: two clauses of a message. */
export function describeOtherJson({ text, root }: DumpOutline, format: "JSON" | "YAML"): string {
  switch (jsonKind(root.first)) {
    case "object":
      return describeObject(
        root.children.map(({ key }) => key),
        "",
        format,
      );
    case "array":
      return describeArray(text, root, format);
    default:
      return `it holds a ${format} ${jsonKind(root.first)} and nothing else, not a config dump; ${takeEnvoys}`;
  }
}

function describeObject(keys: readonly string[], around: string, format: string): string {
  const relative = relatives.find(({ members }) => members.every((member) => keys.includes(member)));
  if (relative !== undefined) return `it is ${relative.what}; ${relative.advice}`;
  if (keys.includes("configs")) return `its member configs is no list, so it is not a config dump; ${takeEnvoys}`;
  if (keys.length === 0) return `it is an empty ${format} object${around}, not a config dump; ${takeEnvoys}`;
  const shown = keys.slice(0, 4).map((key) => quoteText(key));
  const rest = keys.length > shown.length ? ` and ${countOf(keys.length - shown.length, "more", "more")}` : "";
  return `it is ${format} but not a config dump (an object${around} with ${shown.join(", ")}${rest}, without configs); ${takeEnvoys}`;
}

function describeArray({ source }: DumpText, root: JsonNode, format: string): string {
  const first = firstElement(source, root);
  if (first !== undefined && jsonKind(first.first) === "object")
    return describeObject(
      first.children.map(({ key }) => key),
      " in a list",
      format,
    );
  return `it is a ${format} array, not a config dump; ${takeEnvoys}`;
}

const shallow = new Opening({ others: leaf });

/** The array itself is not opened while a dump is outlined, as it may be of any length; only its first element is, here. */
function firstElement(source: ByteSource, { start }: JsonNode): JsonNode | undefined {
  let position = start + 1;
  while (isBlank(source.read(position, position + 1)[0])) position++;
  return source.read(position, position + 1)[0] === 0x5d ? undefined : outlineJson(source, shallow, position);
}
