import type { FilterStateMatcher, Principal } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import { forRbac, type MatchingBehaviour, type RegexEncoding } from "./behaviour.js";
import { containsIp, parseCidr, parseIp } from "./cidr.js";
import { unknownSource } from "./connection.js";
import { matchHeader } from "./header.js";
import {
  allRulesHold,
  deepestRule,
  judgeAddress,
  judgeMetadata,
  judgeSourcedMetadata,
  judgeText,
  judgeUrlPath,
  nestedTooDeep,
  oneRuleHolds,
} from "./rbac-criterion.js";
import type { PeerIdentity, RbacSubject } from "./rbac-subject.js";
import { matchesString, phraseStringMatcher, type StringMatcher } from "./string.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { anyAnswer, judge, matched, not, notMatched, undecided, type Verdict } from "./verdict.js";
import { listFew } from "./wording.js";

const knownFields: ReadonlySet<string> = new Set([
  ...["and_ids", "or_ids", "any", "authenticated", "source_ip", "direct_remote_ip", "remote_ip", "header", "url_path", "metadata"],
  ...["filter_state", "not_id", "sourced_metadata", "custom"],
]);

/** Is the subject one of those that the principal is about (envoy.config.rbac.v3.Principal)? */
export function matchPrincipal(principal: Principal, subject: RbacSubject, behaviour: MatchingBehaviour, depth = 0): Verdict {
  const at = placeOf(principal);
  const { regexEncoding } = behaviour;
  if (depth > deepestRule) return undecided(nestedTooDeep, at);
  const odd = unknownCriterion(principal, knownFields);
  if (odd !== undefined) return undecided(odd, at);
  const inner = (one: Principal) => matchPrincipal(one, subject, behaviour, depth + 1);
  if (principal.and_ids !== undefined) return allRulesHold(principal.and_ids.ids, inner, at);
  if (principal.or_ids !== undefined) return oneRuleHolds(principal.or_ids.ids, inner, at);
  if (principal.not_id !== undefined) return not(inner(principal.not_id));
  if (principal.any !== undefined) return judge(principal.any, at, { yes: "anybody", no: "nobody" });
  if (principal.authenticated !== undefined) {
    const { authenticated } = principal;
    return judgePeer(authenticated.principal_name, subject.peer, regexEncoding, placeOf(authenticated, "principal_name"));
  }
  const { source, directSource } = subject.connection;
  if (principal.source_ip !== undefined) return judgeAddress(principal.source_ip, "the source", source ?? unknownSource);
  if (principal.direct_remote_ip !== undefined)
    return judgeAddress(principal.direct_remote_ip, "the TCP peer", directSource ?? unknownSource);
  if (principal.remote_ip !== undefined) return judgeAddress(principal.remote_ip, "the remote address", subject.remote);
  if (principal.header !== undefined) return matchHeader(principal.header, subject.headers, forRbac(behaviour));
  if (principal.url_path !== undefined) return judgeUrlPath(principal.url_path, subject.path, regexEncoding);
  if (principal.metadata !== undefined) return judgeMetadata(principal.metadata, subject, regexEncoding);
  if (principal.sourced_metadata !== undefined) return judgeSourcedMetadata(principal.sourced_metadata, subject, regexEncoding);
  if (principal.filter_state !== undefined) return judgeFilterState(principal.filter_state, subject, regexEncoding);
  const name = principal.custom?.name;
  const what = name === undefined ? "the principal names no id known here" : `the principal ${name} is an extension not modelled here`;
  return undecided({ because: what, decidedBy: name === undefined ? "what Envoy makes of it" : `the extension ${name}` }, at);
}

/**
 * Without a name: is the connection TLS, with a certificate of the client or without (measured on 1.40.0)? With one: is a URI name of its certificate, else a DNS name, else its
 * subject one that the matcher takes? A connection without TLS is nobody.
 */
function judgePeer(name: StringMatcher | undefined, peer: PeerIdentity | null, encoding: RegexEncoding, at: string): Verdict {
  if (peer === null) return notMatched("the connection is not TLS that Envoy takes off, so nobody is authenticated", at);
  if (name === undefined) return matched("the connection is TLS, whether the client has a certificate or not", at);
  const names = [...peer.uris, ...peer.dns, peer.subject];
  const { holds, fails } = phraseStringMatcher(name);
  const shown = peer.presented ? listFew(names.filter((one) => one !== "")) || "a certificate without names" : "no certificate";
  return judge(anyAnswer(names.map((one) => matchesString(name, one, encoding))), at, {
    yes: `the client's certificate (${shown}) ${holds}`,
    no: `the client's certificate (${shown}) ${fails}`,
  });
}

function judgeFilterState(matcher: FilterStateMatcher, subject: RbacSubject, encoding: RegexEncoding): Verdict {
  const at = placeOf(matcher);
  const key = matcher.key ?? "";
  const value = subject.filterState.get(key);
  if (value === undefined) {
    return subject.unknownState === undefined ? notMatched(`filter state ${key} is absent`, at) : undecided(subject.unknownState, at);
  }
  if (matcher.string_match !== undefined) return judgeText(matcher.string_match, `filter state ${key}`, value, encoding, at);
  if (matcher.address_match !== undefined) {
    const address = parseIp(value);
    const inside = (matcher.address_match.ranges ?? []).some((range) => {
      const cidr = parseCidr(range);
      return cidr !== undefined && address !== undefined && containsIp(cidr, address);
    });
    const wanted = matcher.address_match.invert_match !== true;
    return judge(inside === wanted, at, { yes: `filter state ${key} is ${value}`, no: `filter state ${key} is ${value}` });
  }
  return undecided({ because: `filter state ${key} is matched by nothing known here`, decidedBy: "what Envoy makes of it" }, at);
}
