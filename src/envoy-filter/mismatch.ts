import { quote } from "../match/wording.js";
import type { Piece } from "./pieces.js";

/** The first condition of a patch's match that a candidate fails. */
export interface Mismatch {
  /** How far the match got: conditions that are asked later have a higher rank. */
  readonly rank: number;
  /** What the condition was asked of: the candidate, or what it lies in. */
  readonly piece: Piece;
  /** What was asked for and what there was, where both are names; of the candidates that fail alike, the most similar is the nearest. */
  readonly wanted: string;
  readonly found: string;
  /** The condition in words. */
  readonly words: () => string;
}

/** The conditions of a match, in the order in which they are asked. */
const conditions = [
  "listener name",
  "listener port",
  "filter chain name",
  "server name",
  "transport protocol",
  "application protocol",
  "destination port",
  "filter name",
  "filter type",
  "typed_config",
  "sub-filter name",
  "route configuration port",
  "route configuration port name",
  "route configuration gateway",
  "route configuration name",
  "virtual host name",
  "virtual host domain",
  "route name",
  "route action",
  "cluster name",
  "cluster subset",
  "cluster service",
  "cluster port",
  "extension config name",
] as const;
export type Condition = (typeof conditions)[number];

/** A condition that asks for a value and finds another one. */
export function mismatch(condition: Condition, piece: Piece, wanted: string | number, found: string | number | undefined): Mismatch {
  return unlike(condition, piece, wanted, found, () => inWords(condition, wanted, found));
}

/** `filter name is a, not b`. */
export function inWords(noun: string, wanted: string | number, found: string | number | undefined): string {
  if (found === undefined || found === "") return `it has no ${noun}, so not ${shown(wanted)}`;
  return `${noun} is ${shown(found)}, not ${shown(wanted)}`;
}

/** A condition that fails, in words of its own. */
export function unlike(
  condition: Condition,
  piece: Piece,
  wanted: string | number,
  found: string | number | undefined,
  words: () => string,
): Mismatch {
  return { rank: conditions.indexOf(condition), piece, wanted: String(wanted), found: String(found ?? ""), words };
}

/** A value as a sentence shows it: names that can't be misread bare. */
const shown = (value: string | number): string => (typeof value === "number" || /^[!-~]+$/.test(value) ? String(value) : quote(value));
