import type { RemovalKind } from "./redaction.js";
import { isSecretName } from "./secret-names.js";

/** A secret within a text: [start, end). */
export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly kind: RemovalKind;
}

interface Shape {
  readonly kind: RemovalKind;
  readonly pattern: RegExp;
  /** The group that is the secret; the whole match when absent. */
  readonly group?: number;
  readonly accept?: (secret: string) => boolean;
}

/** Not a letter or digit before: the start of a token. */
const tokens = [
  // Public formats of the services named; facts of their documentation.
  "(?:A3T[A-Z0-9]|AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}", // AWS
  String.raw`AIza[\w-]{30,40}`, // Google API key
  String.raw`ya29\.[\w-]{15,}`, // Google OAuth
  String.raw`GOCSPX-[\w-]{20,}`, // Google client secret
  "gh[pousr]_[A-Za-z0-9]{20,}", // GitHub
  String.raw`github_pat_\w{20,}`,
  String.raw`gl(?:pat|ptt|dt|rt|cbt|oas)-[\w-]{16,}`, // GitLab
  "xox[abeoprs]-[A-Za-z0-9-]{10,}", // Slack
  String.raw`xapp-\d-[A-Za-z0-9-]{10,}`,
  "[srp]k_(?:live|test)_[A-Za-z0-9]{10,}", // Stripe
  "whsec_[A-Za-z0-9+/=]{16,}",
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`, // SendGrid
  "(?:AC|SK)[0-9a-f]{32}", // Twilio
  "npm_[A-Za-z0-9]{30,}",
  String.raw`pypi-[\w-]{16,}`,
  "do[opr]_v1_[a-f0-9]{32,}", // DigitalOcean
  String.raw`hv[sbr]\.[\w-]{20,}`, // HashiCorp Vault
  "sk-[A-Za-z0-9_-]{20,}", // OpenAI, Anthropic
  "key-[0-9a-f]{32}", // Mailgun
  String.raw`\d{8,10}:AA[\w-]{30,}`, // Telegram
  "dapi[0-9a-f]{32}", // Databricks
  "lin_api_[A-Za-z0-9]{30,}",
  "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}", // Shopify
  String.raw`sq0(?:atp|csp)-[\w-]{20,}`, // Square
  String.raw`dckr_pat_[\w-]{20,}`,
  "NRAK-[A-Z0-9]{20,}", // New Relic
  "AGE-SECRET-KEY-1[A-Z0-9]{30,}",
  "[A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.-]{31,34}", // Azure client secret
  String.raw`[A-Za-z0-9]{14}\.atlasv1\.[\w-]{30,}`, // Terraform
].join("|");

const shapes: readonly Shape[] = [
  {
    kind: "private-key",
    pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|$)/g,
  },
  { kind: "token", pattern: /(?<![A-Za-z0-9_-])eyJ[\w-]{6,}\.[\w-]{2,}(?:\.[\w-]*){0,3}/g },
  {
    kind: "token",
    pattern: /(?<![A-Za-z])(?:Bearer|Token|ApiKey|Negotiate|DPoP|GenieKey)\s{1,4}([A-Za-z0-9+/=_.~-]{6,})/gi,
    group: 1,
    accept: (secret) => isToken(secret),
  },
  {
    kind: "password",
    pattern: /(?<![A-Za-z])Basic\s{1,4}([A-Za-z0-9+/_-]{4,}={0,2})/gi,
    group: 1,
    accept: (secret) => isUserAndPassword(secret),
  },
  { kind: "cloud-key", pattern: new RegExp(`(?<![A-Za-z0-9])(?:${tokens})`, "g") },
  { kind: "cloud-key", pattern: /hooks\.slack\.com\/(?:services|workflows)\/([A-Za-z0-9/]{20,})/g, group: 1 },
  {
    kind: "connection-string",
    pattern: /(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/?#@:"'<>]{0,100}:([^\s/?#"'<>]{1,200})@/gi,
    group: 1,
  },
];

/** A text without any of this holds no secret: one look spares most texts the rest. */
const hint =
  /-----BEGIN|eyJ|bearer|token|apikey|negotiate|dpop|basic|passw|passphrase|pwd|secret|credential|authorization|cookie|key|signature|sig=|auth|hmac|jwt|dsn|session|psk|:\/\/[^/\s]{0,200}@|A[A-Z0-9]{19}|AIza|ya29|GOCSPX|gh[pousr]_|github_pat|gl[a-z]{2,4}-|xox|xapp|[srp]k[_-]|whsec|SG\.|npm_|pypi|do[opr]_v1|hv[sbr]\.|:AA|dapi|lin_api|shp|sq0|dckr|NRAK|8Q~|atlasv1|hooks\.slack|(?:AC|SK)[0-9a-f]{32}/i;

const isToken = (secret: string): boolean =>
  /\d/.test(secret) || (/[a-z]/.test(secret) && /[A-Z]/.test(secret.slice(1))) || secret.length >= 20;

function isUserAndPassword(base64: string): boolean {
  try {
    return atob(base64.replaceAll("-", "+").replaceAll("_", "/")).includes(":");
  } catch {
    return false;
  }
}

/** Is there anything in a text that a secret would stand behind, or begin with? */
export const hintsAtSecret = (text: string): boolean => hint.test(text);

/** The secrets in a text that their own shape or the name before them gives away, in order; they do not overlap. */
export function findByShape(text: string): readonly FoundSecret[] {
  if (text.length < 8 || !hintsAtSecret(text)) return [];
  const found: FoundSecret[] = [];
  for (const { kind, pattern, group = 0, accept } of shapes) {
    for (const match of text.matchAll(pattern)) {
      const secret = match[group] ?? "";
      if (secret === "" || accept?.(secret) === false) continue;
      const start = match.index + match[0].lastIndexOf(secret);
      found.push({ start, end: start + secret.length, kind });
    }
  }
  for (const named of findNamed(text)) found.push(named);
  return withoutOverlaps(found);
}

const assignment = /(?<![\w.-])([A-Za-z_][\w.-]{1,80})(?:\\{0,3}["'])?\s{0,4}(?:=>|:=|[:=])\s{0,4}/g;
const opensQuote = /\\{0,3}["']/y;
const bare = /[^\s"'\\,;&|<>{}()[\]]+/y;
const ofQuery = /[^&#\s"'<>]+/y;
const restOfLine = /[^\r\n"'\\]+/y;
const headerNames = /^(?:.*[.-])?(?:authorization|cookie)$/i;

/** `password=…`, `"apiKey": "…"`, `cookie: …`: what stands behind a name that says it is a secret. */
function* findNamed(text: string): Generator<FoundSecret> {
  let covered = 0;
  for (const match of text.matchAll(assignment)) {
    // What stands within a secret that was found is part of it.
    if (match.index < covered) continue;
    const name = match[1] ?? "";
    if (!isSecretName(name)) continue;
    let start = match.index + match[0].length;
    opensQuote.lastIndex = start;
    const opening = opensQuote.exec(text)?.[0];
    let end: number;
    if (opening !== undefined) {
      start += opening.length;
      const closing = text.indexOf(opening, start);
      end = closing < 0 ? text.length : closing;
    } else {
      const inQuery = /[?&]/.test(text[match.index - 1] ?? "");
      const pattern = inQuery ? ofQuery : headerNames.test(name) ? restOfLine : bare;
      pattern.lastIndex = start;
      end = start + (pattern.exec(text)?.[0].length ?? 0);
    }
    if (headerNames.test(name)) start += /^(?:bearer|basic|digest|token|negotiate)\s+/i.exec(text.slice(start, end))?.[0].length ?? 0;
    const value = text.slice(start, end);
    const kind = /token|jwt|bearer|authorization|cookie|sig/i.test(name) ? "token" : "password";
    if (!isWorthHiding(value)) continue;
    covered = end;
    yield { start, end, kind };
  }
}

/** Words of configuration that stand behind such names and give nothing away. */
const plainValues = /^(?:true|false|null|none|nil|undefined|required|optional|disabled|enabled|yes|no|\d{1,3}|[./~]|\.{0,2}\/[\w./-]*)$/i;

const isWorthHiding = (value: string): boolean =>
  value.trim().length >= 3 &&
  !plainValues.test(value) &&
  !/^(?:Bearer|Basic|Token)?\s*\[redacted(?:-\d+)?\]$/i.test(value) &&
  !isTemplate(value);

/** Nothing but Envoy's command operators (`%REQ(x-token)%`) and a scheme before them. */
export const isTemplate = (text: string): boolean => /^(?:[A-Za-z]{3,12}\s+)?(?:%[A-Z_]+(?:\([^)%]*\))?(?::\d+)?%[\s,;]*)+$/.test(text);

export function withoutOverlaps(found: readonly FoundSecret[]): readonly FoundSecret[] {
  const ordered = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  let covered = 0;
  return ordered.filter(({ start, end }) => {
    if (start < covered) return false;
    covered = end;
    return true;
  });
}
