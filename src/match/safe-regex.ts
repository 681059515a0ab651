import { RE2JS } from "re2js";
import type { RouteMatch } from "../generated/messages.js";
import type { RegexEncoding } from "./behaviour.js";
import type { Answer, Unknown } from "./verdict.js";
import { quote } from "./wording.js";

/** A RegexMatcher as Envoy's and xDS's messages hold it. */
export type RegexMatcher = NonNullable<RouteMatch["safe_regex"]>;

/** A compiled RE2 pattern. */
export interface SafeRegex {
  /** Does it match the whole text? */
  matches(text: string): boolean;
  /** Does it match anywhere in the text? */
  isFoundIn(text: string): boolean;
  /** The groups of a match of the whole text, the whole first; a group that took no part is "". Undefined without a match. */
  captures(text: string): readonly string[] | undefined;
  /**
   * The text with every match replaced, as RE2's GlobalReplace does it: `\0` to `\9` stand for groups (one that took no part is
   * empty), `\\` for a backslash, all else for itself. An empty match right behind another match is not replaced.
   */
  replaceAll(text: string, substitution: string): string;
}

// Compiling costs far more than matching, and the same few patterns meet every request.
const compiled = new Map<string, SafeRegex | Unknown>();
const mostCompiled = 20_000;

/** Compiles a pattern of the dump. A pattern that can't be compiled here is a reason, not an error: Envoy may know better. */
export function compileSafeRegex(pattern: string, encoding: RegexEncoding): SafeRegex | Unknown {
  const key = `${encoding} ${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= mostCompiled) compiled.clear();
  const fresh = compile(pattern, encoding);
  compiled.set(key, fresh);
  return fresh;
}

/** Does the regex match the whole text? (`safe_regex` anywhere in Envoy's configuration is a full match.) */
export function matchesSafeRegex(regex: RegexMatcher, text: string, encoding: RegexEncoding): Answer {
  const found = compileSafeRegex(regex.regex ?? "", encoding);
  return "matches" in found ? found.matches(text) : found;
}

function compile(pattern: string, encoding: RegexEncoding): SafeRegex | Unknown {
  const dialect = toDialect(pattern);
  if (dialect.anyByte && encoding === "utf-8") return unusable(pattern, "\\C matches single bytes of UTF-8 text");
  const coder = encoding === "latin-1" ? latin1Coder : unicodeCoder;
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(coder.encode(dialect.pattern));
  } catch (error) {
    return unusable(pattern, error instanceof Error ? error.message : String(error));
  }
  return {
    matches: (text) => regex.testExact(coder.encode(text)),
    isFoundIn: (text) => regex.test(coder.encode(text)),
    captures(text) {
      const matcher = regex.matcher(coder.encode(text));
      if (!matcher.matches()) return undefined;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => coder.decode(matcher.group(group) ?? ""));
    },
    replaceAll: (text, substitution) => coder.decode(replaceEvery(regex, coder.encode(text), coder.encode(substitution), coder.step)),
  };
}

function unusable(pattern: string, why: string): Unknown {
  return { because: `the regex ${quote(pattern)} can't be evaluated here: ${why}`, decidedBy: "Envoy's RE2" };
}

function replaceEvery(regex: RE2JS, text: string, substitution: string, step: (text: string, at: number) => number): string {
  const matcher = regex.matcher(text);
  let result = "";
  let position = 0;
  let lastEnd = -1;
  while (position <= text.length && matcher.find(position)) {
    const [start, end] = [matcher.start(), matcher.end()];
    result += text.slice(position, start);
    if (start === end && start === lastEnd) {
      const next = position + step(text, position);
      result += text.slice(position, next);
      position = next;
      continue;
    }
    result += substitution.replace(/\\([0-9\\])/g, (_, what: string) =>
      what === "\\" ? what : Number(what) <= matcher.groupCount() ? (matcher.group(Number(what)) ?? "") : "",
    );
    position = end;
    lastEnd = end;
  }
  return result + text.slice(position);
}

interface Coder {
  encode(text: string): string;
  decode(text: string): string;
  /** The length of the character at a position. */
  step(text: string, at: number): number;
}

const unicodeCoder: Coder = {
  encode: (text) => text,
  decode: (text) => text,
  step: (text, at) => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1),
};

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();

/** Text as one character a byte of its UTF-8 form. */
const latin1Coder: Coder = {
  encode: (text) => (isAscii(text) ? text : Array.from(utf8Encoder.encode(text), (byte) => String.fromCharCode(byte)).join("")),
  decode: (text) => (isAscii(text) ? text : utf8Decoder.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)))),
  step: () => 1,
};

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/**
 * The pattern in the dialect of the RE2 at hand, which knows neither `\C` (any byte) nor two groups of one name: `\C` becomes a dot
 * that takes line breaks too, and groups lose their names, which nothing refers to.
 */
function toDialect(pattern: string): { readonly pattern: string; readonly anyByte: boolean } {
  let result = "";
  let anyByte = false;
  for (let at = 0; at < pattern.length; ) {
    const piece = pieceAt(pattern, at);
    at += piece.length;
    if (piece === "\\C") {
      anyByte = true;
      result += "(?s:.)";
    } else if (piece.startsWith("(?")) result += "(";
    else result += piece;
  }
  return { pattern: result, anyByte };
}

/** The next piece of a pattern that must be seen as one: a quotation, an escape, a class, the head of a named group, or a character. */
function pieceAt(pattern: string, at: number): string {
  const rest = pattern.slice(at, at + 2);
  if (rest === "\\Q") {
    const end = pattern.indexOf("\\E", at + 2);
    return end < 0 ? pattern.slice(at) : pattern.slice(at, end + 2);
  }
  if (rest.startsWith("\\")) return rest;
  if (rest.startsWith("[")) return pattern.slice(at, endOfClass(pattern, at));
  if (rest === "(?") {
    const name = /^\(\?P?<[\p{L}\p{N}\p{M}_\p{Pc}]+>/u.exec(pattern.slice(at, at + 200));
    return name === null ? "(" : name[0];
  }
  return pattern.charAt(at);
}

/** The end of the character class that opens at a position: a `]` that is neither its first member, nor escaped, nor within `[:…:]`. */
function endOfClass(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^") at++;
  for (let first = true; at < pattern.length; first = false) {
    const character = pattern[at];
    if (character === "]" && !first) return at + 1;
    if (character === "\\") at += 2;
    else if (character === "[" && pattern[at + 1] === ":") {
      const end = pattern.indexOf(":]", at + 2);
      at = end < 0 ? at + 1 : end + 2;
    } else at++;
  }
  return pattern.length;
}
