import { decodeBase64, encodeBase64 } from "../util/base64.js";
import { decodeUtf8, encodeUtf8 } from "../util/utf8.js";
import { findRandom, type Trust } from "./randomness.js";
import type { Rewritten } from "./reading.js";
import type { RemovalKind } from "./redaction.js";
import { type FoundSecret, findByShape, hintsAtSecret, isTemplate, withoutOverlaps } from "./secret-shapes.js";
import { isHidden, type SecretTags } from "./secret-tags.js";

/**
 * The value of a header or a cookie that is shorter is kept: it guards nothing, and matchers that ask for parts of cookies go on
 * matching.
 */
export const shortestCredential = 6;

/** Encodings within encodings are followed so far. */
const deepest = 3;

/** Takes secrets out of texts: whole texts that are secrets, and what looks like a secret within others. */
export class TextScrubber {
  readonly #tags: SecretTags;

  constructor(tags: SecretTags) {
    this.#tags = tags;
  }

  /** The text of a field that is a secret. */
  whole(text: string, kind: RemovalKind): Rewritten | null {
    return text === "" || isHidden(text) ? null : { text: this.#tags.tagOf(text), removed: [kind] };
  }

  /** The same of a bytes field, which ProtoJSON writes in base64: it stays base64. */
  wholeBytes(text: string, kind: RemovalKind): Rewritten | null {
    const decoded = textOfBase64(text);
    if (text === "" || (decoded !== null && isHidden(decoded))) return null;
    return { text: encodeBase64(encodeUtf8(this.#tags.tagOf(text))), removed: [kind] };
  }

  /**
   * The value of a header that holds credentials. The scheme before a credential and the names of cookies stay, and so do
   * Envoy's command operators (`%REQ(…)%`): they are no secrets, and matchers ask for them.
   */
  headerValue(text: string, kind: RemovalKind): Rewritten | null {
    const guardsNothing = text.split(/;\s*/).every((part) => part.trim().length < shortestCredential || isHidden(part));
    if (guardsNothing || isTemplate(text)) return null;
    const [, scheme, credential] = /^([A-Za-z][A-Za-z0-9-]{2,20}\s+)(\S.*)$/s.exec(text) ?? [];
    if (scheme !== undefined && credential !== undefined && !credential.includes("=")) {
      const hidden = this.whole(credential, kind);
      return hidden === null ? null : { text: scheme + hidden.text, removed: hidden.removed };
    }
    if (schemes.test(text)) return null;
    if (/^[\w!#$%&'*.^`|~-]{1,64}(?:=[^=;\s]|;)/.test(text)) return this.#cookies(text, kind);
    return this.whole(text, kind);
  }

  /** `name=value; name=value`; attributes of Set-Cookie stay. */
  #cookies(text: string, kind: RemovalKind): Rewritten | null {
    let hides = false;
    const parts = text.split(/(;\s*)/).map((part) => {
      const [, name = "", value = part] = /^([^=]{1,64}=)(?![=\s]*$)(.*)$/s.exec(part) ?? [];
      if (value.length < shortestCredential || isHidden(value) || isTemplate(value) || cookieAttributes.test(name || value)) return part;
      hides = true;
      return name + this.#tags.tagOf(value);
    });
    return hides ? { text: parts.join(""), removed: [kind] } : null;
  }

  /** A regular expression over such a header: literal runs are replaced as in the header, names of cookies and schemes stay. */
  headerPattern(pattern: string, kind: RemovalKind): Rewritten | null {
    let hides = false;
    const text = pattern.replace(/\\\[redacted-\d+\\\]|\\[A-Za-z]|\[(?:\\.|[^\]\\])*\]|[A-Za-z0-9_+/~-]+=?/g, (found) => {
      if (/^[\\[]/.test(found) || found.endsWith("=") || found.length < shortestCredential || schemes.test(found)) return found;
      hides = true;
      return escapeForPattern(this.#tags.tagOf(found));
    });
    return hides ? { text, removed: [kind] } : null;
  }

  /** Program text: what it calls of Envoy's stays in a comment, as it tells what the script can do. */
  code(text: string, calls: readonly string[]): Rewritten | null {
    if (text === "" || /^-- \[redacted-\d+\][\w ]*$/.test(text) || isHidden(text)) return null;
    const called = calls.filter((name) => text.includes(name)).map((name) => ` ${name}`);
    return { text: `-- ${this.#tags.tagOf(text)}${called.join("")}`, removed: ["extension-code"] };
  }

  /** Any other text: what looks like a secret in it, plain, in base64, in hexadecimal or URL-encoded. */
  text(text: string, trust: Trust): Rewritten | null {
    return this.#scrub(text, trust, 0);
  }

  /** The same of a bytes field. Bytes that are no text are left alone: no field that Envoy knows keeps a secret in such. */
  bytes(text: string): Rewritten | null {
    const decoded = textOfBase64(text);
    if (decoded === null) return null;
    const inner = this.#scrub(decoded, "known", 1);
    return inner === null ? null : { text: encodeBase64(encodeUtf8(inner.text)), removed: inner.removed };
  }

  #scrub(text: string, trust: Trust, depth: number): Rewritten | null {
    if (text.length < 8) return null;
    if (!mayHoldSecret(text, trust)) return depth < deepest ? this.#urlEncoded(text, trust, depth) : null;
    const kept = keptRanges(text);
    const found = withoutOverlaps([...findByShape(text), ...findRandom(text, trust)]).filter(
      ({ start, end }) => !kept.some((range) => start < range.end && end > range.start) && !isHidden(text.slice(start, end)),
    );
    const encoded = depth < deepest ? this.#encoded(text, trust, depth, found, kept) : [];
    const pieces = [
      ...found.map((secret) => ({ ...secret, by: this.#tags.tagOf(text.slice(secret.start, secret.end)), removed: [secret.kind] })),
      ...encoded,
    ];
    if (pieces.length === 0) return depth < deepest ? this.#urlEncoded(text, trust, depth) : null;
    pieces.sort((a, b) => a.start - b.start);
    let result = "";
    let at = 0;
    for (const { start, end, by } of pieces) {
      if (start < at) continue;
      result += text.slice(at, start) + by;
      at = end;
    }
    result += text.slice(at);
    const further = depth < deepest ? this.#urlEncoded(result, trust, depth) : null;
    return { text: further?.text ?? result, removed: [...pieces.flatMap(({ removed }) => removed), ...(further?.removed ?? [])] };
  }

  /** Runs that are text in base64 or hexadecimal, with secrets in that text. */
  #encoded(text: string, trust: Trust, depth: number, found: readonly FoundSecret[], kept: readonly Range[]) {
    const pieces: { start: number; end: number; by: string; removed: readonly RemovalKind[] }[] = [];
    for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)) {
      const end = index + run.length;
      if ([...found, ...kept].some((other) => index < other.end && end > other.start)) continue;
      const hexadecimal = /^(?:[0-9a-fA-F]{2})+$/.test(run) ? textOfHex(run) : null;
      const decoded = hexadecimal ?? textOfBase64(run);
      if (decoded === null) continue;
      const inner = this.#scrub(decoded, trust, depth + 1) ?? this.#userAndPassword(decoded, trust);
      if (inner === null) continue;
      const bytes = encodeUtf8(inner.text);
      pieces.push({ start: index, end, by: hexadecimal === null ? encodeBase64(bytes) : hexOf(bytes), removed: inner.removed });
    }
    return pieces;
  }

  /** `user:password`, as Basic authentication writes it; in a place that is free to hold anything. */
  #userAndPassword(text: string, trust: Trust): Rewritten | null {
    const [, user, password] = /^([\w.@-]{1,60}):([\x21-\x7e]{4,100})$/.exec(text) ?? [];
    if (trust === "known" || user === undefined || password === undefined || isHidden(password) || /^\d+$/.test(password)) return null;
    return { text: `${user}:${this.#tags.tagOf(password)}`, removed: ["password"] };
  }

  #urlEncoded(text: string, trust: Trust, depth: number): Rewritten | null {
    if (!/%[0-9a-fA-F]{2}/.test(text)) return null;
    let removed: readonly RemovalKind[] = [];
    const result = text.replace(/[\w.~+/=:@&?;,!*'()$-]*(?:%[0-9a-fA-F]{2}[\w.~+/=:@&?;,!*'()$-]*)+/g, (part) => {
      const decoded = decodeUrl(part);
      const inner = decoded === null ? null : this.#scrub(decoded, trust, depth + 1);
      if (inner === null) return part;
      removed = [...removed, ...inner.removed];
      return encodeURIComponent(inner.text);
    });
    return removed.length === 0 ? null : { text: result, removed };
  }
}

const schemes = /^(?:bearer|basic|digest|token|negotiate|apikey|cookie)\s*$/i;
/** One look that spares most texts the rest: a run long enough to be something, or a word that goes before a secret. */
const mayHoldSecret = (text: string, trust: Trust): boolean =>
  (trust === "unknown" ? /[A-Za-z0-9+/_=-]{12}/ : /[A-Za-z0-9+/_=-]{16}/).test(text) || hintsAtSecret(text);

const cookieAttributes = /^(?:(?:expires|max-age|domain|path|samesite|priority)=|httponly|secure|partitioned)$/i;

export const escapeForPattern = (text: string): string => text.replace(/[[\](){}.*+?^$|\\]/g, "\\$&");

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Certificates and public keys are public, and tags are no secrets any more. */
function keptRanges(text: string): readonly Range[] {
  const ranges: Range[] = [];
  const pattern =
    /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE|(?:RSA )?PUBLIC KEY|X509 CRL)-----[\s\S]*?-----END \1-----|\[redacted(?:-\d+)?\]/g;
  for (const { 0: match, index } of text.matchAll(pattern)) ranges.push({ start: index, end: index + match.length });
  return ranges;
}

/** The text that bytes in base64 are; null for bytes that are no text. */
function textOfBase64(base64: string): string | null {
  if (base64.length % 4 === 1) return null;
  const bytes = decodeBase64(base64);
  return bytes === null ? null : textOfBytes(bytes);
}

function textOfHex(hex: string): string | null {
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));
  return textOfBytes(bytes);
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function textOfBytes(bytes: Uint8Array): string | null {
  if (bytes.some((byte) => (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) || byte === 0x7f)) return null;
  const text = decodeUtf8(bytes);
  return text.includes("\ufffd") ? null : text;
}

function decodeUrl(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
