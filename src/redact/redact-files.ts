import { answerHead } from "../model/answer.js";
import { type Platform, portablePlatform } from "../platform.js";
import { JsonSyntaxError } from "../util/json-outline.js";
import { byCodePoint } from "../util/text.js";
import { decodeUtf8, encodeUtf8 } from "../util/utf8.js";
import { DistinctTexts } from "./distinct-texts.js";
import { NameCollector } from "./learn-names.js";
import { NameTranslator } from "./name-translator.js";
import { holdsPseudonym } from "./pseudonym-words.js";
import { TextRule } from "./reading.js";
import { type Meaning, Readings, type RuleOf } from "./readings.js";
import { type Redaction, type RedactedFileReport, type RedactionMap, type RemovalKind, removalKinds } from "./redaction.js";
import { rewriteJson } from "./rewrite-json.js";
import { documentsIn, type JsonDocument, rootReading } from "./root-reading.js";
import { scrubMeaning } from "./scrub-meaning.js";
import { TextScrubber } from "./scrub-text.js";
import { SecretTags } from "./secret-tags.js";

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface RedactOptions {
  /** Rename what is private as well; one seed gives one name one pseudonym. */
  readonly pseudonyms?: { readonly seed: string };
  /** Keep the code and the configuration of Lua and Wasm extensions; they are still searched for secrets by shape. */
  readonly keepCode?: boolean;
  /** The report is of what would be removed: for `--check`. */
  readonly check?: boolean;
  readonly platform?: Platform;
}

export interface Redacted {
  /** The files in their order, rewritten. */
  readonly files: readonly NamedFile[];
  readonly redaction: Redaction;
  /** The way back; null without pseudonyms. */
  readonly map: RedactionMap | null;
}

/**
 * Takes secrets out of config dumps and of what belongs to them (requests, notes), and with `pseudonyms` gives private names others.
 * All files at once: equal secrets get equal tags and equal names equal pseudonyms in all of them. JSON keeps its spelling, order and
 * layout; a text that is no JSON is searched by shape. Bytes are inflated text.
 */
export function redactFiles(files: readonly NamedFile[], options: RedactOptions = {}): Redacted {
  const { platform = portablePlatform, keepCode = false, pseudonyms, check = false } = options;
  const inputs = files.map((file) => ({ ...file, documents: parse(file.bytes) }));
  const texts = new DistinctTexts();
  const tags = new SecretTags();
  for (const { bytes } of inputs) skipTags(bytes, tags);
  const scrubber = new TextScrubber(tags);
  const translator = pseudonyms === undefined ? null : translatorFor(inputs, pseudonyms.seed, texts);
  const fresh = new Readings(ruleOf(scrubber, translator, true), keepCode);
  // Addresses look like addresses before and after: those of a file that was renamed before stay.
  const renamedBefore = new Readings(ruleOf(scrubber, translator, false), keepCode);
  const reports: RedactedFileReport[] = [];
  const rewritten = inputs.map(({ name, bytes, documents }): NamedFile => {
    const found = new Map<RemovalKind, Set<string>>();
    const removed = (kind: RemovalKind, at: string): void => void (found.get(kind) ?? found.set(kind, new Set()).get(kind))?.add(at);
    const readings = translator !== null && holdsPseudonym(decodeUtf8(bytes)) ? renamedBefore : fresh;
    const result = documents === null ? rewriteText(bytes, readings, removed) : rewriteDocuments(bytes, documents, readings, texts, removed);
    reports.push({
      name,
      size: bytes.length,
      sha256: platform.sha256(bytes),
      removed: removalKinds.flatMap((kind) => (found.has(kind) ? [{ kind, at: [...(found.get(kind) ?? [])] }] : [])),
    });
    return { name, bytes: result };
  });
  return {
    files: rewritten,
    redaction: { ...answerHead("redaction"), check, pseudonyms: pseudonyms !== undefined, keepsCode: keepCode, files: reports },
    map: translator === null ? null : mapOf(translator),
  };
}

/** The JSON values in the bytes; null where they are no JSON. */
function parse(bytes: Uint8Array): readonly JsonDocument[] | null {
  try {
    return documentsIn(bytes, startsWithMark(bytes) ? 3 : 0);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return null;
    throw error;
  }
}

const startsWithMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/** Tags that stand in the file already are not given again. */
function skipTags(bytes: Uint8Array, tags: SecretTags): void {
  for (let at = bytes.indexOf(0x5b); at >= 0; at = bytes.indexOf(0x5b, at + 1)) {
    if (bytes[at + 1] === 0x72 && bytes[at + 2] === 0x65) tags.skip(decodeUtf8(bytes, at, at + 24));
  }
}

function ruleOf(scrubber: TextScrubber, translator: NameTranslator | null, withAddresses: boolean): RuleOf {
  return (meaning) =>
    new TextRule((text) => {
      const scrubbed = scrubMeaning(scrubber, text, meaning);
      const clean = scrubbed?.text ?? text;
      const renamed = translator?.translate(clean, meaning, withAddresses) ?? clean;
      return renamed === text ? null : { text: renamed, removed: scrubbed?.removed ?? [] };
    });
}

interface Input extends NamedFile {
  readonly documents: readonly JsonDocument[] | null;
}

/** Names are learnt from all files before the first is rewritten: one may name what another only mentions. */
function translatorFor(inputs: readonly Input[], seed: string, texts: DistinctTexts): NameTranslator {
  const collector = new NameCollector();
  const readings = new Readings((meaning) => collector.ruleOf(meaning), true);
  for (const { bytes, documents } of inputs) {
    if (documents !== null) rewriteDocuments(bytes, documents, readings, texts, () => {});
  }
  const translator = new NameTranslator(seed);
  translator.learn(collector.finish());
  return translator;
}

function rewriteDocuments(
  bytes: Uint8Array,
  documents: readonly JsonDocument[],
  readings: Readings,
  texts: DistinctTexts,
  removed: (kind: RemovalKind, at: string) => void,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  let copied = 0;
  for (const [index, document] of documents.entries()) {
    const { start, end } = document;
    const at = documents.length === 1 ? "" : `/${index}`;
    pieces.push(bytes.subarray(copied, start), rewriteJson(bytes, rootReading(readings, document), { texts, removed, start, end, at }));
    copied = end;
  }
  pieces.push(bytes.subarray(copied));
  return concatenate(pieces);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const ofText: Meaning = { secret: "none", kind: "credential-field", form: "plain", naming: "text", trust: "free" };

function rewriteText(bytes: Uint8Array, readings: Readings, removed: (kind: RemovalKind, at: string) => void): Uint8Array {
  const found = readings.rule(ofText).rewrite(decodeUtf8(bytes));
  if (found === null) return bytes;
  for (const kind of found.removed) removed(kind, "");
  return encodeUtf8(found.text);
}

function mapOf({ words, addresses }: NameTranslator): RedactionMap {
  const back = (entries: Iterable<readonly [string, string]>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [...entries]
        .filter(([original, pseudonym]) => original !== pseudonym)
        .map(([original, pseudonym]) => [pseudonym, original] as const)
        .sort(([a], [b]) => byCodePoint(a, b)),
    );
  return { ...answerHead("redaction-map"), words: back(words.entries()), addresses: back(addresses.entries()) };
}
