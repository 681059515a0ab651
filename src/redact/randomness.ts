import { isPseudonym } from "./pseudonym-words.js";
import type { FoundSecret } from "./secret-shapes.js";

/**
 * How much a part of a dump is trusted to hold what its type says: a field that holds hashes and versions, any other known field,
 * a free structure, a type that nobody knows.
 */
export type Trust = "public" | "known" | "free" | "unknown";

const runs = /[A-Za-z0-9+/_=-]{12,}/g;
const time = /^\d{4}-\d{2}-\d{2}T/;
/** `9e55…23/1.40.0/Clean/RELEASE/BoringSSL`: the version of an Envoy. */
const build = /^[0-9a-f]{40}\/\d/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Runs of a text that look drawn at random: passwords and keys of no known shape. */
export function findRandom(text: string, trust: Trust): readonly FoundSecret[] {
  if (text.length < 12 || trust === "public") return [];
  return [...text.matchAll(runs)].flatMap(({ 0: run, index }) => findInRun(run, index, trust));
}

/** A run as a whole, or parts of it. What is left beside a part is a run by itself, once the part is gone. */
function findInRun(run: string, index: number, trust: Trust): readonly FoundSecret[] {
  if (run.length < 12 || uuid.test(run) || time.test(run) || build.test(run)) return [];
  const secret = (start: number, end: number): FoundSecret => ({ start: index + start, end: index + end, kind: "high-entropy" });
  if (isRandom(run, trust)) return [secret(0, run.length)];
  const found: FoundSecret[] = [];
  let rest = 0;
  let at = 0;
  for (const part of run.split(/([+/_=-])/)) {
    if (part.length >= 12 && isRandom(part, trust)) {
      found.push(...findInRun(run.slice(rest, at), index + rest, trust), secret(at, at + part.length));
      rest = at + part.length;
    }
    at += part.length;
  }
  return found.length === 0 ? [] : [...found, ...findInRun(run.slice(rest), index + rest, trust)];
}

const least = { public: 0, known: 16, free: 16, unknown: 12 } as const satisfies Record<Trust, number>;

/**
 * Does a run of token characters look random? Text that people and programs write keeps to one class of characters (lower,
 * upper, digit) for a while; random text changes class about every second character.
 */
function isRandom(run: string, trust: Trust): boolean {
  if (run.length < least[trust] || run.length > 4096 || isPseudonym(run.replaceAll(/[+/_=-]/g, ""))) return false;
  // A path is short words between slashes; base64 has a slash now and then.
  if (run.includes("/") && (run.startsWith("/") || run.length / run.split("/").length < 8)) return false;
  let lower = 0;
  let upper = 0;
  let digits = 0;
  let changes = 0;
  let before = 0;
  for (let index = 0; index < run.length; index++) {
    const code = run.charCodeAt(index);
    const kind = code >= 0x61 && code <= 0x7a ? 1 : code >= 0x41 && code <= 0x5a ? 2 : code >= 0x30 && code <= 0x39 ? 3 : 0;
    if (kind === 1) lower++;
    else if (kind === 2) upper++;
    else if (kind === 3) digits++;
    if (index > 0 && kind !== before) changes++;
    before = kind;
  }
  const rate = changes / (run.length - 1);
  // What is hexadecimal and public, as hashes and versions are, stands in fields of that name.
  if (/^[0-9a-f]+$/.test(run) || /^[0-9A-F]+$/.test(run)) return digits > 0 && run.length >= 24 && digits < run.length;
  if (distinct(run) < Math.min(12, run.length / 2)) return false;
  const mixed = Math.min(lower, upper) >= run.length / 4;
  if (lower > 0 && upper > 0 && digits > 0) return rate >= 0.34 && (mixed || digits >= 3);
  // Names of pods and workloads are words and numbers between dashes.
  if (/[-_/]/.test(run)) return false;
  if (digits > 1 && (lower > 0 || upper > 0)) return rate >= 0.3;
  return mixed && rate >= 0.42;
}

const distinct = (run: string): number => new Set(run).size;
