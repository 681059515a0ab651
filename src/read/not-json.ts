import { messageNameIn } from "../model/proto-json.js";
import { decodeUtf8, quoteText } from "../util/utf8.js";

const takeAgain = "take the dump with /config_dump?include_eds on the proxy's admin port";

/** The first bytes decide; no recogniser looks further than this. */
const lookedAt = 4096;

/** Names one thing that people have in hand in place of a config dump, with advice; undefined when it is something else. */
type Recogniser = (text: string, bytes: Uint8Array) => string | undefined;

/** What an input is that is no JSON at all, and what to do: the clauses of a message. `bytes` are not blank throughout. */
export function describeNotJson(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes.subarray(0, lookedAt)).trimStart();
  return describeKnown(bytes) ?? `it is neither JSON nor YAML: it begins with ${quoteText(text.split(/[\r\n]/, 1)[0] ?? "")}; ${takeAgain}`;
}

function describeKnown(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, lookedAt);
  const text = decodeUtf8(head).trimStart();
  for (const recognise of recognisers) {
    const description = recognise(text, head);
    if (description !== undefined) return description;
  }
  return undefined;
}

/** Is this one of the things that may hold JSON as well, and yet no dump: a page of HTML, an answer with its head, binary data? */
export const isSurelyNoDump = (bytes: Uint8Array): boolean => describeKnown(bytes) !== undefined;

/** Envoy answers 200 with this text when a message within its config cannot be printed. */
const envoyFailure: Recogniser = (text) => {
  if (!text.startsWith("Failed to convert protobuf message to JSON")) return undefined;
  const type = quotedAfter(text, "could not find @type ");
  const reason =
    type === undefined
      ? `it cannot print its config (${quoteText(text.split(/[\r\n]/, 1)[0] ?? "", 200)})`
      : `it could not find the type ${messageNameIn(type)}, which something in its config has`;
  return `Envoy answered with an error in place of its config: ${reason}; its log names the refused resource: repair that, then take the dump again`;
};

function quotedAfter(text: string, lead: string): string | undefined {
  const start = text.indexOf(lead) + lead.length;
  const end = text.indexOf("'", start + 1);
  return start < lead.length || text[start] !== "'" || end < 0 ? undefined : printable(text.slice(start + 1, end));
}

const printable = (text: string): string => quoteText(text, 200).slice(1, -1);

const html: Recogniser = (text) => {
  if (!text.startsWith("<")) return undefined;
  return /^<(!doctype html|html|head|body)\b/i.test(text)
    ? `it is an HTML page (a login or an error page?), not a config dump; ${takeAgain}`
    : `it is markup that begins with ${quoteText(text.split(/[\r\n]/, 1)[0] ?? "")}, not a config dump; ${takeAgain}`;
};

const httpAnswer: Recogniser = (text) =>
  text.startsWith("HTTP/")
    ? "it begins with the head of an HTTP answer; take the dump again without the headers (curl without -i)"
    : undefined;

/** What Envoy answers, with status 400 or 500 that curl does not show, where it can't do what the query asks for. */
const envoyRefusal: Recogniser = (text) => {
  const first = text.split(/[\r\n]/, 1)[0] ?? "";
  return /^FieldMask .*|could not be successfully (applied|used)|^\w+ (is not a repeated field|not found in config dump)|^Error while parsing name_regex/.test(
    first,
  )
    ? `Envoy refused the query: ${quoteText(first, 200)}; take the dump without mask, resource and name_regex`
    : undefined;
};

const zip: Recogniser = (_, bytes) =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
    ? "it is a zip archive; unpack it and give the folder"
    : undefined;

const binary: Recogniser = (_, bytes) => {
  const isControl = (byte: number): boolean => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b;
  if (!bytes.some(isControl)) return undefined;
  const shown = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  return `it is binary data (it begins with ${shown.join(" ")}), neither JSON nor YAML, gzip, zstd or tar; ${takeAgain}`;
};

/** Words of the table heads that istioctl prints, beside which only capitals and blanks stand in the line. */
const tableWords = [
  "NAME",
  "FQDN",
  "ADDRESS",
  "ADDRESSES",
  "ENDPOINT",
  "DOMAINS",
  "CLUSTER",
  "DESTINATION",
  "STATUS",
  "NAMESPACE",
  "WORKLOAD",
  "VHOST",
];

const istioctlTable: Recogniser = (text) => {
  const head = text.split(/[\r\n]/, 1)[0] ?? "";
  const isTable = /^[A-Z0-9_/ \t-]+$/.test(head) && head.split(/[ \t]+/).some((word) => tableWords.includes(word));
  const isSummary = /^(Istio Version:|-{6} [A-Z]+ INFO -{6})/.test(head);
  return isTable || isSummary ? `it is a table that istioctl prints, not a config dump; ${takeAgain}, or give istioctl -o json` : undefined;
};

const recognisers: readonly Recogniser[] = [zip, binary, envoyFailure, envoyRefusal, html, httpAnswer, istioctlTable];
