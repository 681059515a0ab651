import { listFew } from "../match/wording.js";
import { member } from "../util/json.js";
import type { ListenerMatch } from "./envoy-filter.js";
import { isAsked, isVirtualListener } from "./match-listener.js";
import { messageIn, nameOf, textIn, textsIn } from "./message-fields.js";
import { inWords, type Mismatch, mismatch, unlike } from "./mismatch.js";
import type { Piece } from "./pieces.js";

/** The first condition of a match that a filter chain fails; its listener has been asked already. */
export function filterChainMismatch(chain: Piece, listener: Piece, match: ListenerMatch | undefined): Mismatch | undefined {
  if (match === undefined) return undefined;
  const chainMatch = messageIn(chain.value, "filter_chain_match");
  const port = member(chainMatch, "destination_port");
  const found = typeof port === "number" ? port : undefined;
  if (isVirtualListener(listener) && isAsked(match.portNumber) && found !== match.portNumber) {
    const { portNumber } = match;
    return unlike("listener port", chain, portNumber, found, () => inWords("destination port", portNumber, found));
  }
  const wanted = match.filterChain;
  if (wanted === undefined) return undefined;
  const name = nameOf(chain.value);
  if (isAsked(wanted.name) && wanted.name !== name) return mismatch("filter chain name", chain, wanted.name, name);
  const missing = missingServerName(chain, wanted.sni) ?? otherTransport(chain, wanted.transportProtocol);
  if (missing !== undefined) return missing;
  const protocol = missingProtocol(chain, wanted.applicationProtocols);
  if (protocol !== undefined) return protocol;
  if (!isAsked(wanted.destinationPort) || found === wanted.destinationPort) return undefined;
  return mismatch("destination port", chain, wanted.destinationPort, found);
}

function missingServerName(chain: Piece, sni: string | undefined): Mismatch | undefined {
  const names = textsIn(messageIn(chain.value, "filter_chain_match"), "server_names");
  if (!isAsked(sni) || names.includes(sni)) return undefined;
  return unlike("server name", chain, sni, names[0], () =>
    names.length === 0 ? `it is for any server name, not for ${sni}` : `server names are ${listFew(names)}, not ${sni}`,
  );
}

function otherTransport(chain: Piece, wanted: string | undefined): Mismatch | undefined {
  const protocol = textIn(messageIn(chain.value, "filter_chain_match"), "transport_protocol");
  return isAsked(wanted) && wanted !== protocol ? mismatch("transport protocol", chain, wanted, protocol) : undefined;
}

/** The protocols are split at commas and not trimmed: `h2, http/1.1` asks for a protocol that begins with a blank. */
function missingProtocol(chain: Piece, wanted: string | undefined): Mismatch | undefined {
  if (!isAsked(wanted)) return undefined;
  const protocols = textsIn(messageIn(chain.value, "filter_chain_match"), "application_protocols");
  const missing = wanted.split(",").find((protocol) => !protocols.includes(protocol));
  if (missing === undefined) return undefined;
  return unlike("application protocol", chain, missing, protocols[0], () => {
    const has = protocols.length === 0 ? "it is for any application protocol" : `application protocols are ${listFew(protocols)}`;
    return `${has}, not ${JSON.stringify(missing)}`;
  });
}
