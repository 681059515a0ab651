import { nameOf } from "./message-fields.js";
import type { Piece } from "./pieces.js";

/** What a piece is, by the list that it is in. */
const nouns: Readonly<Record<string, string>> = {
  listeners: "listener",
  clusters: "cluster",
  routeConfigs: "route configuration",
  extensionConfigs: "extension config",
  filter_chains: "filter chain",
  default_filter_chain: "default filter chain",
  listener_filters: "listener filter",
  filters: "filter",
  http_filters: "HTTP filter",
  virtual_hosts: "virtual host",
  routes: "route",
};

/** What kind of thing a piece is. */
export const nounOf = ({ within }: Piece): string => nouns[within.keys.at(-1) ?? ""] ?? "";

/** A piece in words, with what it lies in: `filter chain #0 of listener 0.0.0.0_9080`. */
export function pieceInWords(piece: Piece): string {
  const { within, original, value } = piece;
  const name = nameOf(original ?? value);
  const label = name !== "" ? name : within.isSingle ? "" : `#${Math.max(0, within.pieces.indexOf(piece))}`;
  const own = [nounOf(piece), label].filter((part) => part !== "").join(" ");
  return within.holder === null ? own : `${own} of ${pieceInWords(within.holder)}`;
}
