import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "../util/utf8.js";

const consonants = "bdfghklmnprstvwz";
const vowels = "aeio";
const syllables = 5;
/** What a pseudonym looks like: no word of a language, and found again in any text. */
const one = "x(?:[bdfghklmnprstvwz][aeio]){5}";
const shape = new RegExp(`^\\d*(?:${one}\\d*)+$`, "i");
/** Pseudonyms in a text, one by one. */
export const pseudonymPattern = new RegExp(one, "gi");
const pseudonymAsWord = new RegExp(`(?<![A-Za-z0-9])(?:${one})+(?![A-Za-z])`, "i");
/** Does the text hold a pseudonym: was it renamed before? */
export const holdsPseudonym = (text: string): boolean => pseudonymAsWord.test(text);

/**
 * Words that mean the same in every mesh and stay: Kubernetes' and Istio's own, what Istio's names are built of, protocols, and the
 * ends of public domains.
 */
const common: ReadonlySet<string> = new Set([
  ...["svc", "cluster", "local", "default", "kube", "system", "dns", "kubernetes", "coredns", "localhost", "pod", "k8s"],
  ...[
    "istio",
    "istiod",
    "proxy",
    "ingressgateway",
    "egressgateway",
    "eastwestgateway",
    "gateway",
    "waypoint",
    "ztunnel",
    "pilot",
    "sidecar",
    "router",
  ],
  ...["outbound", "inbound", "vip", "passthroughcluster", "inboundpassthroughcluster", "blackholecluster", "passthroughfilterchain"],
  ...["virtualinbound", "virtualoutbound", "catchall", "blackhole", "prometheus", "stats", "agent", "sds", "xds", "zipkin"],
  ...[
    "connect",
    "originate",
    "terminate",
    "main",
    "internal",
    "encap",
    "ingress",
    "egress",
    "allow",
    "any",
    "block",
    "all",
    "mesh",
    "static",
  ],
  ...["spiffe", "ns", "sa", "policy", "rule", "apis", "apps", "networking", "io", "namespaces", "virtual", "service", "destination"],
  ...["deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "pods", "serviceaccounts", "virtualservice", "destinationrule"],
  ...[
    "entry",
    "config",
    "envoy",
    "filter",
    "authorization",
    "peer",
    "authentication",
    "security",
    "telemetry",
    "extensions",
    "wasm",
    "plugin",
  ],
  ...[
    "http",
    "https",
    "http2",
    "grpc",
    "tcp",
    "tls",
    "mongo",
    "udp",
    "h2",
    "h2c",
    "www",
    "true",
    "false",
    "null",
    "unknown",
    "latest",
    "redacted",
  ],
  ...[
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "dev",
    "app",
    "cloud",
    "co",
    "uk",
    "de",
    "fr",
    "nl",
    "ch",
    "eu",
    "us",
    "jp",
    "cn",
  ],
  ...["ai", "me", "tv", "in", "br", "au", "ca", "es", "it", "se", "no", "ru", "at", "be", "pl", "lan", "corp", "test", "invalid"],
]);

/** Is the word a pseudonym, or several in a row? */
export const isPseudonym = (word: string): boolean => shape.test(word);

/** Does the word stay as it is: it says nothing private, or is a pseudonym already? */
export const staysAsWord = (word: string): boolean =>
  common.has(word.toLowerCase()) || /^\d+$/.test(word) || /^v\d{1,3}(?:alpha\d?|beta\d?)?$/i.test(word) || shape.test(word);

/** Is this a part of a word that stays? Then it stays as well. */
export const isPartOfCommon = (part: string): boolean => [...common].some((word) => word !== part && word.includes(part));

/** Might a pseudonym begin with, end in or hold this text, which the word that it stands for does not? */
export function mayStandInPseudonym(part: string, at: "start" | "end" | "anywhere"): boolean {
  if (part.length > 3) return false;
  if (at === "start") return /^x(?:[bdfghklmnprstvwz][aeio]?)?$/.test(part);
  const pairs = part.replaceAll(/[bdfghklmnprstvwz]/g, "c").replaceAll(/[aeio]/g, "v");
  return at === "end" ? /^(?:v|cv|vcv)$/.test(pairs) : /^(?:x|xc|xcv|c|v|cv|vc|cvc|vcv)$/.test(pairs);
}

/** A part of words that they begin or end with, in lower case. */
export interface WordPart {
  readonly part: string;
  readonly at: "start" | "end";
}

/** Words and their pseudonyms: a keyed hash, so that one seed gives one word one pseudonym in every file. */
export class PseudonymWords {
  readonly #key: Uint8Array;
  readonly #byWord = new Map<string, string>();
  readonly #byPseudonym = new Map<string, string>();

  constructor(seed: string) {
    this.#key = encodeUtf8(seed);
  }

  /**
   * Parts of words that matchers ask for (`*-shop.example.com` asks for whole words, `*shop.example.com` for the end of one): they
   * get pseudonyms of their own, so that what ended in one still does. To be set before the first word is renamed.
   */
  parts: readonly WordPart[] = [];

  /** The pseudonym of a word; of a word with such a part in it, the pseudonyms of the pieces in a row. */
  of(word: string): string {
    return this.#pieces(word)
      .map((piece) => (staysAsWord(piece) ? piece : this.#ofPiece(piece)))
      .join("");
  }

  #pieces(word: string): readonly string[] {
    const lowered = word.toLowerCase();
    for (const { part, at } of this.parts) {
      if (part.length >= word.length) continue;
      const cut = at === "end" ? word.length - part.length : part.length;
      if (at === "end" ? lowered.endsWith(part) : lowered.startsWith(part))
        return [...this.#pieces(word.slice(0, cut)), ...this.#pieces(word.slice(cut))];
    }
    return [word];
  }

  /** In the word's own case: hosts are compared without regard to case, other names with. */
  #ofPiece(word: string): string {
    const lowered = word.toLowerCase();
    let pseudonym = this.#byWord.get(lowered);
    if (pseudonym === undefined) {
      pseudonym = this.#make(lowered);
      this.#byWord.set(lowered, pseudonym);
      this.#byPseudonym.set(pseudonym, lowered);
    }
    return inCaseOf(word, pseudonym);
  }

  /** Every word that was renamed, with its pseudonym, in lower case. */
  entries(): Iterable<readonly [word: string, pseudonym: string]> {
    return this.#byWord.entries();
  }

  #make(word: string): string {
    for (let attempt = 0; ; attempt++) {
      const digest = hmac(sha256, this.#key, encodeUtf8(`word ${attempt} ${word}`));
      let pseudonym = "x";
      for (let syllable = 0; syllable < syllables; syllable++) {
        const bits = digest[syllable] ?? 0;
        pseudonym += `${consonants[bits & 15]}${vowels[(bits >> 4) & 3]}`;
      }
      if (!this.#byPseudonym.has(pseudonym)) return pseudonym;
    }
  }
}

function inCaseOf(word: string, pseudonym: string): string {
  if (word === word.toLowerCase()) return pseudonym;
  if (word === word.toUpperCase()) return pseudonym.toUpperCase();
  return [...pseudonym].map((letter, index) => (/[A-Z]/.test(word[index % word.length] ?? "") ? letter.toUpperCase() : letter)).join("");
}

/** The word in the case in which its pseudonym stands. */
export function inCaseOfPseudonym(pseudonym: string, word: string): string {
  if (pseudonym === pseudonym.toLowerCase()) return word;
  return pseudonym === pseudonym.toUpperCase() ? word.toUpperCase() : word.slice(0, 1).toUpperCase() + word.slice(1);
}
