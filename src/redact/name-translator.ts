import { decodeBase64, encodeBase64 } from "../util/base64.js";
import { decodeUtf8, encodeUtf8 } from "../util/utf8.js";
import { PseudonymAddresses } from "./pseudonym-addresses.js";
import { isPartOfCommon, PseudonymWords, staysAsWord, type WordPart } from "./pseudonym-words.js";
import type { Meaning } from "./readings.js";
import { renameCertificates } from "./rename-certificate.js";

/** What the names of a set of files are, as their places tell. */
export interface LearntNames {
  /** Whole names of resources: wherever one stands by itself, it is meant. */
  readonly names: ReadonlySet<string>;
  /** Names of one's own choice, likewise. */
  readonly labels: ReadonlySet<string>;
  /** Words that names are made of, in lower case. */
  readonly ownWords: ReadonlySet<string>;
  /** Hosts of at least two labels, and what they end in, in lower case. */
  readonly hosts: ReadonlySet<string>;
  /** Words that are private wherever they stand, in lower case. */
  readonly words: ReadonlySet<string>;
  /** Parts of words that get pseudonyms of their own, longest first. */
  readonly parts: readonly WordPart[];
  /** No address is renamed: something asks for parts of addresses as text, which only the addresses themselves answer. */
  readonly addressesStay: boolean;
}

const address = String.raw`(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?![\w:])|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)`;
/** Addresses in a text, also where they stand against letters. */
export const addressPattern = new RegExp(address, "g");
const url = String.raw`[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s"'<>,;)\\]+`;
const compound = "[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*";
/** Istio's names of RBAC policies, and a Host header as it goes over the wire. */
const policy = String.raw`ns\[[^\]]{0,253}\]-policy\[[^\]]{0,253}\]|(?<=\bHost: ?)[^\s]+`;
const plainParts = new RegExp(`(?<url>${url})|(?<policy>${policy})|(?<address>${address})|(?<compound>${compound})`, "g");
/** Of a regular expression: what is no literal text comes first, so that it is passed over. */
const patternParts =
  /(?<syntax>\\[A-Za-z0-9]|\[(?:\\.|[^\]\\])*\]|\(\?(?:P?<[A-Za-z0-9_]*>|[A-Za-z-]*[:)]))|(?<compound>[A-Za-z0-9]+(?:(?:\\\.|[._-])+[A-Za-z0-9]+)*)(?<open>[?*+{])?/g;
/** Envoy's command operators (`%REQ(:AUTHORITY)%`), and what stands between them. */
const operator = String.raw`%[A-Z][A-Z0-9_]*(?:\([^)%]*\))?(?::\d+)?%`;
const betweenOperators = new RegExp(`(${operator})|(?:[^%]|%(?!${operator.slice(1)}))+`, "g");
const word = /[A-Za-z0-9]+/g;
/** What stands before a name in Istio's and SPIFFE's paths. */
const namesAhead = /\/(?:ns|sa|namespaces|serviceaccounts)\/$|\/namespaces\/[^/]+\/[a-z-]+\/$/;

/** URLs within URLs are followed so far. */
const deepestUrl = 8;

/** Gives names their pseudonyms, wherever in a text they stand. */
export class NameTranslator {
  readonly words: PseudonymWords;
  readonly addresses: PseudonymAddresses;
  readonly #seed: string;
  #withAddresses = true;
  #urlsAround = 0;
  #learnt: LearntNames = {
    names: new Set(),
    labels: new Set(),
    ownWords: new Set(),
    hosts: new Set(),
    words: new Set(),
    parts: [],
    addressesStay: false,
  };

  constructor(seed: string) {
    this.#seed = seed;
    this.words = new PseudonymWords(seed);
    this.addresses = new PseudonymAddresses(seed);
  }

  learn(learnt: LearntNames): void {
    this.#learnt = learnt;
    this.words.parts = learnt.parts;
  }

  /** @param withAddresses false: addresses stay, as they are pseudonyms already */
  translate(text: string, { naming, form }: Pick<Meaning, "naming" | "form">, withAddresses = true): string {
    if (text === "" || naming === "fixed") return text;
    this.#withAddresses = withAddresses;
    if (form === "bytes") return this.#base64(text);
    if (form === "pattern") return this.#pattern(text, naming !== "text");
    if (naming === "host" && form !== "plain") return this.#partOfHost(text, form);
    if (naming === "key") return this.#mixed(text);
    return text.replace(betweenOperators, (part, isOperator?: string) => {
      if (isOperator !== undefined) return part;
      if (naming === "text") return this.#text(part);
      return naming === "label" ? this.#label(part) : this.name(part);
    });
  }

  /** A host or a name: every word of it is private that is not common. */
  name(text: string): string {
    return this.#withAddressesIn(text, (part) => this.#words(part));
  }

  /** What a host is to begin or end with: `ocal` asks for `local`, which stays. */
  #partOfHost(text: string, form: "start" | "end" | "within"): string {
    const [, before = "", inner = "", after = ""] = /^([A-Za-z0-9]*)(.*?)([A-Za-z0-9]*)$/s.exec(text) ?? [];
    const edge = (part: string, open: boolean): string => (open && isPartOfCommon(part.toLowerCase()) ? part : this.name(part));
    if (text.search(addressPattern) >= 0) return this.name(text);
    return edge(before, form !== "start" || inner + after === "") + this.name(inner) + edge(after, form !== "end");
  }

  #addressOf(text: string): string | null {
    return this.#withAddresses && !this.#learnt.addressesStay ? this.addresses.of(text) : text;
  }

  #words(text: string): string {
    return text.replace(word, (found) => (staysAsWord(found) ? found : this.words.of(found)));
  }

  #privateWords(text: string): string {
    return text.replace(word, (found) => (this.#learnt.words.has(found.toLowerCase()) ? this.words.of(found) : found));
  }

  #text(text: string): string {
    if (this.#learnt.names.has(text)) return this.name(text);
    return this.#learnt.labels.has(text) ? this.#label(text) : this.#mixed(text);
  }

  /** A name that somebody chose. */
  #label(text: string): string {
    if (this.#learnt.names.has(text)) return this.name(text);
    return this.#mixed(text).replace(word, (found) => (this.#learnt.ownWords.has(found.toLowerCase()) ? this.words.of(found) : found));
  }

  /** Text in which names may stand. */
  #mixed(text: string): string {
    const certified = text.includes("-----BEGIN ") ? renameCertificates(text, (name) => this.name(name), this.#seed) : text;
    const decoded = /%[0-9a-fA-F]{2}/.test(certified) ? this.#urlEncoded(certified) : certified;
    return decoded.replace(plainParts, (found, ...groups) => {
      const { url, address, policy } = groups[groups.length - 1];
      if (url !== undefined) return this.#url(found);
      if (policy !== undefined) return this.name(found);
      if (address !== undefined) return this.#addressOf(found) ?? found;
      return this.#compound(found, decoded, groups[groups.length - 3]);
    });
  }

  #compound(found: string, text: string, offset: number): string {
    if (text[offset - 1] === "/" && namesAhead.test(text.slice(Math.max(0, offset - 120), offset))) return this.name(found);
    if (found.includes(".") && this.#isHost(found)) return this.name(found);
    if (found.length >= 16 && /^[A-Za-z0-9_-]+$/.test(found)) {
      const inner = this.#base64(found);
      if (inner !== found) return inner;
    }
    return this.#withAddressesIn(found, (part) => this.#privateWords(part));
  }

  /** `outbound_10.96.0.2_9153;` */
  #withAddressesIn(text: string, rename: (part: string) => string): string {
    let result = "";
    let at = 0;
    for (const { 0: found, index } of text.matchAll(addressPattern)) {
      const pseudonym = this.#addressOf(found);
      if (pseudonym === null) continue;
      result += rename(text.slice(at, index)) + pseudonym;
      at = index + found.length;
    }
    return result + rename(text.slice(at));
  }

  /** Does the dotted text end in a host that was learnt, or in Kubernetes' own domain? */
  #isHost(found: string): boolean {
    const lowered = found.toLowerCase().replace(/^(?:in|out)bound_\.\d*_\..*?_\./, "");
    if (/\.svc(?:\.|$)/.test(lowered)) return true;
    for (let dot = -1; dot < lowered.length; ) {
      if (this.#learnt.hosts.has(lowered.slice(dot + 1))) return true;
      dot = lowered.indexOf(".", dot + 1);
      if (dot < 0) return false;
    }
    return false;
  }

  #url(found: string): string {
    const [, scheme = "", authority = "", rest = ""] = /^([^:]+:\/\/)([^/?#]*)(.*)$/s.exec(found) ?? [];
    if (/^(?:spiffe|kubernetes|kubernetes-gateway|configmap)(?=:)/i.test(scheme)) return scheme + this.name(authority + rest);
    if (this.#urlsAround >= deepestUrl) return scheme + this.name(authority) + this.#privateWords(rest);
    this.#urlsAround++;
    const translated = scheme + this.name(authority) + this.#text(rest);
    this.#urlsAround--;
    return translated;
  }

  /** Literal words of a regular expression; one whose last letter is repeated or optional is no whole word. */
  #pattern(text: string, everyWord: boolean): string {
    return text.replace(patternParts, (found, ...groups) => {
      const { syntax, open } = groups[groups.length - 1];
      const offset = groups[groups.length - 3];
      if (syntax !== undefined || open !== undefined) return found;
      const named =
        everyWord ||
        this.#learnt.names.has(found) ||
        (text[offset - 1] === "/" && namesAhead.test(text.slice(Math.max(0, offset - 120), offset)));
      if (named || (found.includes(".") && this.#isHost(found.replaceAll("\\.", ".")))) return this.#words(found);
      return this.#privateWords(found);
    });
  }

  #base64(text: string): string {
    const bytes = text.length % 4 === 1 ? null : decodeBase64(text);
    if (bytes === null || bytes.some((byte) => byte < 0x09 || byte === 0x7f)) return text;
    const decoded = decodeUtf8(bytes);
    if (decoded.includes("\ufffd")) return text;
    const translated = this.#text(decoded);
    return translated === decoded ? text : encodeBase64(encodeUtf8(translated));
  }

  #urlEncoded(text: string): string {
    return text.replace(/[\w.~-]*(?:%[0-9a-fA-F]{2}[\w.~-]*)+/g, (part) => {
      let decoded: string;
      try {
        decoded = decodeURIComponent(part);
      } catch {
        return part;
      }
      const translated = this.#text(decoded);
      return translated === decoded ? part : encodeURIComponent(translated);
    });
  }
}
