import { vocabulary } from "../proto/vocabulary.js";
import { byCodePoint } from "../util/text.js";
import type { Naming } from "./name-fields.js";
import type { LearntNames } from "./name-translator.js";
import { isPartOfCommon, mayStandInPseudonym, staysAsWord, type WordPart } from "./pseudonym-words.js";
import { TextRule } from "./reading.js";
import type { Form, Meaning } from "./readings.js";
import { longestText } from "./scrub-meaning.js";

/** Collects the names of files: hosts, names of resources, and the private words that they are made of. */
export class NameCollector {
  readonly #names = new Set<string>();
  readonly #labels = new Set<string>();
  readonly #hosts = new Set<string>();
  readonly #words = new Set<string>();
  /** Parts of words that domains with a wildcard within a label end or begin with. */
  readonly #parts = new Map<string, WordPart>();
  /** Parts of words that matchers of any text ask for. */
  readonly #open: { readonly part: string; readonly at: "start" | "end" | "anywhere" }[] = [];

  /** Does a domain or a matcher ask for a part of an address in text, such as `10.96.*`? */
  #asksForParts = false;

  /** A rule that changes nothing and notes what a text names. */
  ruleOf(meaning: Meaning): TextRule {
    return new TextRule((text) => {
      if (meaning.secret === "none" && text.length <= longestText) this.#note(text, meaning);
      return null;
    });
  }

  finish(): LearntNames {
    const common = vocabulary();
    const risky = this.#open.some(({ part, at }) => mayStandInPseudonym(part, at));
    const words = [...this.#words].filter(
      (word) => !risky && word.length >= 4 && !common.has(word) && !/^[0-9a-f]+$/.test(word) && !this.#isAskedForInPart(word),
    );
    const parts = [...this.#parts.values()].sort((a, b) => b.part.length - a.part.length || byCodePoint(a.part, b.part));
    const ownWords = new Set([...this.#words].filter((word) => word.length >= 3));
    return {
      names: this.#names,
      labels: this.#labels,
      ownWords,
      hosts: this.#hosts,
      words: new Set(words),
      parts,
      addressesStay: this.#asksForParts,
    };
  }

  /** A word of which a matcher asks for a part alone is renamed in names only: elsewhere the matcher would miss it. */
  #isAskedForInPart(word: string): boolean {
    return this.#open.some(({ part, at }) => {
      if (part === word) return false;
      return at === "anywhere" ? word.includes(part) : at === "start" ? word.startsWith(part) : word.endsWith(part);
    });
  }

  #note(text: string, { naming, form }: Meaning): void {
    if (naming === "fixed" || naming === "key" || form === "bytes") return;
    if (form !== "plain") {
      this.#noteOpen(text.toLowerCase(), form, naming);
      return;
    }
    if (naming === "host") this.#host(text);
    else if (naming === "label") this.#labels.add(text);
    else if (naming === "resource" || naming === "name") {
      if (naming === "resource" && /[A-Za-z]/.test(text)) this.#names.add(text);
      for (const part of text.split(/[|~;/]|_\.(?:\d*_\.)?/)) this.#host(part);
    } else if (text.includes("://")) {
      for (const [, scheme = "", authority = "", path = ""] of text.matchAll(
        /([A-Za-z][A-Za-z0-9+.-]{1,20}):\/\/([^\s/?#"'<>,;)\\]+)([^\s"'<>,;)\\]*)/g,
      )) {
        this.#host(authority.slice(authority.lastIndexOf("@") + 1));
        if (scheme.toLowerCase() === "spiffe") this.#addWords(path);
      }
    }
  }

  #noteOpen(text: string, form: Exclude<Form, "plain" | "bytes">, naming: Naming): void {
    if (naming === "host" && /^\^?[\d.\\*+]*\d[\d.\\*+]*\$?$/.test(text)) this.#asksForParts = true;
    if (form !== "pattern") {
      const words = text.match(/[a-z0-9]+/g) ?? [];
      const [first] = form !== "start" && /^[a-z0-9]/.test(text) ? words : [];
      const last = form !== "end" && /[a-z0-9]$/.test(text) ? words.at(-1) : undefined;
      if (naming === "host") {
        if (first !== undefined && !isPartOfCommon(first)) this.#addPart(first, "end");
        if (last !== undefined && !isPartOfCommon(last)) this.#addPart(last, "start");
      } else if (first !== undefined && first === last && words.length === 1) this.#open.push({ part: first, at: "anywhere" });
      else {
        if (first !== undefined) this.#open.push({ part: first, at: "end" });
        if (last !== undefined) this.#open.push({ part: last, at: "start" });
      }
      return;
    }
    // Beside anything but plain text, a word of a regular expression may be a part of one.
    for (const [, before = "", part = "", after = ""] of text.matchAll(/(^|\\[a-z]|.)(?<![a-z0-9])([a-z0-9]+)(.|$)/g)) {
      const quantified = /[?*+{]/.test(after);
      const inner = quantified ? part.slice(0, -1) : part;
      if (inner !== "" && (quantified || /[.\])*+?}]|\\/.test(before) || /[.[(\\]/.test(after)))
        this.#open.push({ part: inner, at: "anywhere" });
    }
  }

  /** A host, with its port or its wildcard; words of addresses are none. */
  #host(text: string): void {
    const [, end, start] = /^\*([a-z0-9]+)|([a-z0-9]+)\*$/.exec(text.toLowerCase()) ?? [];
    const part = end ?? start;
    if (part !== undefined) this.#addPart(part, end === undefined ? "start" : "end");
    if (/^\*[\d.]+$|^[\d.]+\*$/.test(text)) this.#asksForParts = true;
    const host = text
      .toLowerCase()
      .replace(/^\*[.-]?|[.-]?\*$|:\d*$/g, "")
      .replace(/\.$/, "");
    if (/^[\d.]+$/.test(host) || host.includes(":")) return;
    this.#addWords(host);
    // What a host ends in is a domain of the same people, unless all of it is common.
    for (let dot = -1; ; ) {
      const domain = host.slice(dot + 1);
      dot = host.indexOf(".", dot + 1);
      if (dot < 0) return;
      if (/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(domain) && domain.split(/[._-]/).some((word) => !staysAsWord(word)))
        this.#hosts.add(domain);
    }
  }

  #addPart(part: string, at: WordPart["at"]): void {
    if (!staysAsWord(part)) this.#parts.set(`${at} ${part}`, { part, at });
  }

  #addWords(text: string): void {
    for (const [word] of text.toLowerCase().matchAll(/[a-z0-9]+/g)) if (!staysAsWord(word)) this.#words.add(word);
  }
}
