/** A part of a pattern as the few texts that stand for it. */
type Texts = readonly string[];

/** More texts than that of one pattern are not made. */
const most = 24;
const deepest = 20;
/** No escape is longer. */
const mostOfEscape = 40;
const highestCodePoint = 0x10_ffff;

/**
 * Texts made from an RE2 pattern: each alternative, repetitions none and once, a member of each class. They are proposals; whoever uses
 * them has the regex judge them.
 */
export function sampleRegex(pattern: string): readonly string[] {
  const reader = new PatternReader(pattern);
  return reader.alternatives(0);
}

const cross = (one: Texts, other: Texts): Texts => {
  const texts: string[] = [];
  for (const head of one) for (const tail of other) if (texts.length < most) texts.push(head + tail);
  return texts;
};

const merge = (one: Texts, other: Texts): Texts => [...new Set([...one, ...other])].slice(0, most);

const classMembers: Readonly<Record<string, string>> = { d: "7", w: "w", s: " ", D: "x", W: "-", S: "x" };

class PatternReader {
  #at = 0;

  constructor(private readonly pattern: string) {}

  alternatives(depth: number): Texts {
    let texts: Texts = this.#sequence(depth);
    while (this.#peek() === "|") {
      this.#at++;
      texts = merge(texts, this.#sequence(depth));
    }
    return texts;
  }

  #peek(): string {
    return this.pattern.charAt(this.#at);
  }

  #sequence(depth: number): Texts {
    let texts: Texts = [""];
    while (this.#at < this.pattern.length && this.#peek() !== "|" && this.#peek() !== ")") {
      const atom = this.#atom(depth);
      texts = cross(texts, this.#repeated(atom));
    }
    return texts;
  }

  #atom(depth: number): Texts {
    const character = this.#peek();
    this.#at++;
    switch (character) {
      case "(":
        return this.#group(depth);
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case ".":
        return ["x"];
      case "^":
      case "$":
        return [""];
      default:
        return [character];
    }
  }

  #group(depth: number): Texts {
    const rest = this.pattern.slice(this.#at, this.#at + 100);
    const flags = /^\?[a-zA-Z-]*\)/.exec(rest);
    if (flags !== null) {
      this.#at += flags[0].length;
      return [""];
    }
    const head = /^\?(?:P?<[^>]*>|[a-zA-Z-]*:)/.exec(rest);
    if (head !== null) this.#at += head[0].length;
    if (depth > deepest) {
      this.#at = this.pattern.length;
      return [""];
    }
    const texts = this.alternatives(depth + 1);
    if (this.#peek() === ")") this.#at++;
    return texts;
  }

  #escape(): Texts {
    const character = this.#peek();
    this.#at++;
    if (character === "Q") {
      const end = this.pattern.indexOf("\\E", this.#at);
      const text = this.pattern.slice(this.#at, end < 0 ? undefined : end);
      this.#at = end < 0 ? this.pattern.length : end + 2;
      return [text];
    }
    const rest = this.pattern.slice(this.#at, this.#at + mostOfEscape);
    const hexadecimal = character === "x" ? /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(rest) : null;
    if (hexadecimal !== null) {
      this.#at += hexadecimal[0].length;
      const code = Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? "", 16);
      return [code > highestCodePoint ? "" : String.fromCodePoint(code)];
    }
    const category = /[pP]/.test(character) ? /^(?:\{\^?\w+\}|\w)/.exec(rest) : null;
    if (category !== null) {
      this.#at += category[0].length;
      // A letter, a digit or a sign, of which whoever judges takes what the category has.
      return ["a", "A", "7", "-"];
    }
    if (/[bBAzZ]/.test(character)) return [""];
    return [Object.hasOwn(classMembers, character) ? (classMembers[character] ?? "") : character];
  }

  #class(): Texts {
    const start = this.#at;
    const negated = this.#peek() === "^";
    if (negated) this.#at++;
    const members: string[] = [];
    for (let first = true; this.#at < this.pattern.length && (first || this.#peek() !== "]"); first = false) {
      const character = this.#peek();
      this.#at++;
      members.push(character === "\\" ? (this.#escape()[0] ?? "") : character);
    }
    this.#at++;
    if (!negated) return [...new Set([members[0] ?? "", members.at(-1) ?? ""])].filter((member) => member !== "");
    const text = this.pattern.slice(start, this.#at);
    return [["x", "7", "-", "/"].find((candidate) => !text.includes(candidate)) ?? "~"];
  }

  /** A part with the repetition behind it. */
  #repeated(texts: Texts): Texts {
    const counts = /^\{(\d+)(,?)(\d*)\}/.exec(this.pattern.slice(this.#at, this.#at + 20));
    if (counts !== null) {
      this.#at += counts[0].length;
      this.#skipLazy();
      return repeat(texts, Math.min(Number(counts[1]), 200));
    }
    const sign = this.#peek();
    if (sign === "" || !"*+?".includes(sign)) return texts;
    this.#at++;
    this.#skipLazy();
    return sign === "+" ? merge(texts, cross(texts, texts)) : merge(texts, [""]);
  }

  #skipLazy(): void {
    if (this.#peek() === "?" || this.#peek() === "+") this.#at++;
  }
}

function repeat(texts: Texts, count: number): Texts {
  return texts.map((text) => text.repeat(count));
}

/** Characters that a pattern's reversed classes leave out: a text of one is not what `[^,]*` takes. */
export function charactersLeftOut(pattern: string): readonly string[] {
  const classes = [...pattern.matchAll(/\[\^(\]?(?:\\.|[^\]\\])*)\]/g)].map(([, members = ""]) => members);
  const characters = classes.flatMap((members) => [...members.matchAll(/\\?(.)/gu)].map(([, character = ""]) => character));
  return [...new Set(characters)].slice(0, mostLeftOut);
}

const mostLeftOut = 8;

/** What every text that the pattern takes begins with: the literal before the first part that leaves a choice. */
export function literalHead(pattern: string): string {
  if (pattern.startsWith("(?") || hasChoice(pattern)) return "";
  const literal = /^\^?((?:[\w/~!@%&=:;,"'<> -]|\\[./_-])*)/.exec(pattern)?.[1] ?? "";
  const next = pattern.slice(pattern.indexOf(literal) + literal.length, pattern.indexOf(literal) + literal.length + 1);
  const text = literal.replace(/\\(.)/g, "$1");
  // A repetition is of the character before it, which may then be missing.
  return "*?{".includes(next) && next !== "" ? text.slice(0, -1) : text;
}

/** Does an alternative stand outside of every group? With classes in the pattern, which may hold brackets, any counts. */
function hasChoice(pattern: string): boolean {
  if (pattern.includes("[")) return pattern.includes("|");
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "\\") at++;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "|" && depth === 0) return true;
  }
  return false;
}
