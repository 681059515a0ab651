import { answerHead } from "../model/answer.js";
import { UnreadableInputError } from "../model/snapshot.js";
import { type Platform, portablePlatform } from "../platform.js";
import { sourceOf } from "../util/byte-source.js";
import { concatenate } from "../util/concatenate.js";
import { byCodePoint } from "../util/text.js";
import { decodeUtf8, encodeUtf8 } from "../util/utf8.js";
import { DistinctTexts } from "./distinct-texts.js";
import { NameCollector } from "./learn-names.js";
import { NameTranslator } from "./name-translator.js";
import { type OpenFile, type OpenText, openFile } from "./open-file.js";
import { holdsPseudonym } from "./pseudonym-words.js";
import { TextRule } from "./reading.js";
import { type Meaning, Readings, type RuleOf } from "./readings.js";
import { type RedactedFileReport, type Redaction, type RedactionMap, type RemovalKind, removalKinds } from "./redaction.js";
import { rewriteJson } from "./rewrite-json.js";
import { rootReading } from "./root-reading.js";
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
 * All files at once: equal secrets get equal tags and equal names equal pseudonyms in all of them. A file keeps its format: JSON its
 * spelling, order and layout, gzip and tar their packing; a text that is no JSON is searched by shape.
 *
 * @throws UnreadableInputError for a file that is no text and holds none
 */
export function redactFiles(files: readonly NamedFile[], options: RedactOptions = {}): Redacted {
  const { platform = portablePlatform, keepCode = false, pseudonyms, check = false } = options;
  const opened = files.map((file) => ({ ...file, open: openOrRefuse(file, platform) }));
  const inputs = opened.flatMap(({ open }) => open.texts);
  const texts = new DistinctTexts();
  const tags = new SecretTags();
  for (const { bytes } of inputs) skipTags(bytes, tags);
  const scrubber = new TextScrubber(tags);
  const translator = pseudonyms === undefined ? null : translatorFor(inputs, pseudonyms.seed, texts);
  const fresh = new Readings(ruleOf(scrubber, translator, true), keepCode);
  // Addresses look like addresses before and after: those of a file that was renamed before stay.
  const renamedBefore = new Readings(ruleOf(scrubber, translator, false), keepCode);
  const reports: RedactedFileReport[] = [];
  const rewritten = opened.map(({ name, bytes, open }): NamedFile => {
    const found = new Map<RemovalKind, Set<string>>();
    const renamed = (text: string): string => translator?.translate(text, { naming: "label", form: "plain" }) ?? text;
    const closed = open.close(
      open.texts.map((text) => {
        const readings = translator !== null && holdsPseudonym(decodeUtf8(text.bytes)) ? renamedBefore : fresh;
        const entry = text.entry === null ? null : renamed(text.entry);
        const removed = (kind: RemovalKind, at: string): void => {
          const places = found.get(kind) ?? new Set();
          found.set(kind, places.add(entry === null ? at : `${entry}#${at}`));
        };
        return { bytes: rewriteText(text, readings, texts, removed), entry };
      }),
    );
    reports.push({
      name,
      size: bytes.length,
      sha256: platform.sha256(sourceOf(bytes)),
      removed: removalKinds.flatMap((kind) => (found.has(kind) ? [{ kind, at: [...(found.get(kind) ?? [])] }] : [])),
      leftOut: open.leftOut.map(renamed),
    });
    return { name: renamed(name), bytes: closed };
  });
  return {
    files: rewritten,
    redaction: { ...answerHead("redaction"), check, pseudonyms: pseudonyms !== undefined, keepsCode: keepCode, files: reports },
    map: translator === null ? null : mapOf(translator),
  };
}

function openOrRefuse({ name, bytes }: NamedFile, platform: Platform): OpenFile {
  const open = openFile(bytes, platform);
  if (open !== null) return open;
  const shown = name === "-" ? "standard input" : name;
  throw new UnreadableInputError(`cannot read ${shown}: it is no text, so what it holds cannot be seen; leave it out`);
}

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

/** Names are learnt from all files before the first is rewritten: one may name what another only mentions. */
function translatorFor(inputs: readonly OpenText[], seed: string, texts: DistinctTexts): NameTranslator {
  const collector = new NameCollector();
  const readings = new Readings((meaning) => collector.ruleOf(meaning), true);
  for (const input of inputs) rewriteText(input, readings, texts, () => {});
  const translator = new NameTranslator(seed);
  translator.learn(collector.finish());
  return translator;
}

const ofWords: Meaning = { secret: "none", kind: "credential-field", form: "plain", naming: "text", trust: "free" };

/** The JSON values of a text by their types, what stands around them as words. */
function rewriteText(
  { bytes, documents }: OpenText,
  readings: Readings,
  texts: DistinctTexts,
  removed: (kind: RemovalKind, at: string) => void,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  let copied = 0;
  for (const [index, document] of documents.entries()) {
    const { start, end } = document;
    const at = documents.length === 1 ? "" : `/${index}`;
    pieces.push(rewriteWords(bytes.subarray(copied, start), readings, removed));
    for (const piece of rewriteJson(bytes, rootReading(readings, document), { texts, removed, start, end, at })) pieces.push(piece);
    copied = end;
  }
  pieces.push(rewriteWords(bytes.subarray(copied), readings, removed));
  return concatenate(pieces);
}

function rewriteWords(bytes: Uint8Array, readings: Readings, removed: (kind: RemovalKind, at: string) => void): Uint8Array {
  const found = bytes.length < 4 ? null : readings.rule(ofWords).rewrite(decodeUtf8(bytes));
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
