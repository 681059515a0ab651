import { member } from "../util/json.js";
import type { ApplyTo, ListenerMatch } from "./envoy-filter.js";
import { messageIn, nameOf } from "./message-fields.js";
import { type Mismatch, mismatch } from "./mismatch.js";
import type { Piece } from "./pieces.js";

/**
 * The two listeners that take all connections. What is matched by port below them is asked of their filter chains, which have the
 * ports of the services in their matches.
 */
const virtualListeners: readonly string[] = ["virtualInbound", "virtualOutbound"];

export const isVirtualListener = (listener: Piece): boolean => virtualListeners.includes(nameOf(listener.value));

/** The first condition of a match that a listener fails; undefined where it matches. */
export function listenerMismatch(listener: Piece, match: ListenerMatch | undefined, applyTo: ApplyTo): Mismatch | undefined {
  if (match === undefined) return undefined;
  const name = nameOf(listener.value);
  if (isAsked(match.name) && match.name !== name) return mismatch("listener name", listener, match.name, name);
  if (!isAsked(match.portNumber) || (applyTo !== "LISTENER" && isVirtualListener(listener))) return undefined;
  const port = member(messageIn(messageIn(listener.value, "address"), "socket_address"), "port_value");
  if (port === match.portNumber) return undefined;
  return mismatch("listener port", listener, match.portNumber, typeof port === "number" ? port : undefined);
}

/** Does a field of a match ask for something? "" and 0 are what protobuf has for a field that is not there. */
export const isAsked = <Value extends string | number>(value: Value | undefined): value is Value =>
  value !== undefined && value !== "" && value !== 0;
