/// <reference path="./web-assembly.d.ts" />
import { jsonTokensCode } from "../generated/json-tokens-code.js";

/** How many bytes are scanned at once: they stay in the processor's cache between being copied and being read. */
const chunkLength = 256 * 1024;

/** The longest key that can be looked for, in bytes of its text, quotes included. */
export const longestKey = 16;

/** What src/util/json-tokens.wat exports. */
export interface JsonScanner {
  /** Where the next chunk of the text is to be laid. */
  readonly chunk: Uint8Array;
  /** Where the tokens lie in the chunk, as many as `scan` says. */
  readonly offsets: Uint32Array;
  /**
   * Begins a text, or a part of one, outside of any string.
   *
   * @param deepest how many objects and arrays may have been opened since for a token to count
   * @param keys those looked for one level below, in quotes, each no longer than `longestKey`
   */
  begin(deepest: number, keys: readonly Uint8Array[]): void;
  /** Goes over the next chunk, of this length; answers how many tokens it has. All chunks but the last of a text are whole. */
  readonly scan: (length: number) => number;
  /** Has a string held a control character as it is, since `begin`? Then the text is no JSON. */
  isBroken(): boolean;
}

let scanner: JsonScanner | undefined;

/** The scanner; one serves all texts, one after the other. */
export function jsonScanner(): JsonScanner {
  scanner ??= loadScanner();
  return scanner;
}

function loadScanner(): JsonScanner {
  const code = Uint8Array.from(atob(jsonTokensCode), (character) => character.charCodeAt(0));
  const { begin, scan, isBroken, memory, tokens, keys } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  if (!isFunction(begin) || !isFunction(scan) || !isFunction(isBroken)) throw new Error("the scanner of tokens lacks a function");
  if (!(memory instanceof WebAssembly.Memory) || !(tokens instanceof WebAssembly.Global) || !(keys instanceof WebAssembly.Global))
    throw new Error("the scanner of tokens lacks its memory");
  const keyBytes = new Uint8Array(memory.buffer, keys.value);
  return {
    chunk: new Uint8Array(memory.buffer, 0, chunkLength),
    offsets: new Uint32Array(memory.buffer, tokens.value, chunkLength),
    begin: (deepest, given) => {
      keyBytes.fill(0, 0, given.length * 2 * longestKey);
      for (const [index, key] of given.entries()) {
        keyBytes.set(key, index * 2 * longestKey);
        keyBytes.fill(0xff, (index * 2 + 1) * longestKey, (index * 2 + 1) * longestKey + key.length);
      }
      begin(deepest, given.length);
    },
    scan,
    isBroken: () => isBroken() !== 0,
  };
}

const isFunction = (value: unknown): value is (...args: readonly number[]) => number => typeof value === "function";
