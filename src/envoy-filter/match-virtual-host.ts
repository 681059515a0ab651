import { listFew } from "../match/wording.js";
import type { VirtualHostMatch } from "./envoy-filter.js";
import { isAsked } from "./match-listener.js";
import { nameOf, textsIn } from "./message-fields.js";
import { type Mismatch, mismatch, unlike } from "./mismatch.js";
import type { Piece } from "./pieces.js";

/** The first condition of a match that a virtual host fails; its route configuration has been asked already. */
export function virtualHostMismatch(virtualHost: Piece, match: VirtualHostMatch | undefined): Mismatch | undefined {
  if (match === undefined) return undefined;
  const name = nameOf(virtualHost.value);
  if (isAsked(match.name) && match.name !== name) return mismatch("virtual host name", virtualHost, match.name, name);
  const domains = textsIn(virtualHost.value, "domains");
  const { domainName } = match;
  if (!isAsked(domainName) || domains.includes(domainName)) return undefined;
  return unlike("virtual host domain", virtualHost, domainName, domains[0], () =>
    domains.length === 0 ? `it has no domains, so not ${domainName}` : `domains are ${listFew(domains)}, not ${domainName}`,
  );
}
