import type { NetworkRbacRBAC, Policy } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import { byCodePoint } from "../util/text.js";
import type { MatchingBehaviour } from "./behaviour.js";
import { oneRuleHolds } from "./rbac-criterion.js";
import { matchPermission } from "./rbac-permission.js";
import { matchPrincipal } from "./rbac-principal.js";
import type { RbacSubject } from "./rbac-subject.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { allOf, matched, undecided, type Verdict } from "./verdict.js";
import { listFew } from "./wording.js";

/** The rules that an RBAC filter enforces (envoy.config.rbac.v3.RBAC). */
export type RbacRules = NonNullable<NetworkRbacRBAC["rules"]>;

/** What RBAC makes of a subject. `policy`: the one that decided; null for none. */
export type RbacDecision =
  | { readonly effect: "allows"; readonly policy: string | null; readonly because: string; readonly at: string }
  | {
      readonly effect: "denies";
      readonly policy: string | null;
      readonly because: string;
      readonly at: string;
      /** Policies that may be named in its place: they come earlier, and whether they match is open. */
      readonly orNamed: readonly string[];
    }
  | {
      readonly effect: "undecided";
      /** The policy to be named if the subject is denied; null for none. */
      readonly policy: string | null;
      readonly because: string;
      readonly at: string;
      readonly decidedBy: string;
    };

const knownRules: ReadonlySet<string> = new Set(["action", "policies", "audit_logging_options"]);
const knownPolicy: ReadonlySet<string> = new Set(["permissions", "principals", "condition", "checked_condition", "cel_config"]);

/**
 * Do the rules let the subject pass? Policies are tried in the order of their names; the first that matches decides. ALLOW lets pass
 * whom one matches and denies all others, DENY the reverse, LOG lets everybody pass.
 */
export function evaluateRbac(rules: RbacRules, subject: RbacSubject, behaviour: MatchingBehaviour): RbacDecision {
  const at = placeOf(rules);
  const odd = unknownCriterion(rules, knownRules);
  if (odd !== undefined) return { effect: "undecided", policy: null, at, ...odd };
  const action = rules.action ?? "ALLOW";
  if (action === "LOG") return { effect: "allows", policy: null, because: "its action is LOG, which lets everything pass", at };
  if (action !== "ALLOW" && action !== "DENY") {
    return {
      effect: "undecided",
      policy: null,
      because: `the action ${action} is not known here`,
      decidedBy: "what Envoy makes of it",
      at,
    };
  }
  const policies = Object.entries(rules.policies ?? {}).sort(([one], [other]) => byCodePoint(one, other));
  const open: { readonly policy: string; readonly verdict: Verdict & { readonly outcome: "undecided" } }[] = [];
  const misses: string[] = [];
  for (const [name, policy] of policies) {
    const verdict = matchPolicy(policy, subject, behaviour);
    if (verdict.outcome === "undecided") open.push({ policy: name, verdict });
    if (verdict.outcome === "no-match") misses.push(`${name}: ${verdict.because}`);
    if (verdict.outcome !== "match") continue;
    const because = `${action} policy ${name} matches`;
    if (action === "ALLOW") return { effect: "allows", policy: name, because, at: placeOf(policy) };
    return { effect: "denies", policy: name, because, at: placeOf(policy), orNamed: open.map((one) => one.policy) };
  }
  const [first] = open;
  if (first !== undefined) {
    const { because, decidedBy, at: place } = first.verdict;
    return {
      effect: "undecided",
      policy: action === "DENY" ? first.policy : null,
      because: `${action} policy ${first.policy}: ${because}`,
      decidedBy,
      at: place,
    };
  }
  if (action === "DENY") return { effect: "allows", policy: null, because: "no DENY policy matches", at };
  const reasons = misses.length === 0 ? "there are none" : listFew(misses);
  return { effect: "denies", policy: null, because: `no ALLOW policy matches (${reasons})`, at, orNamed: [] };
}

/** Does the policy match: one of its permissions, one of its principals, and its condition? */
export function matchPolicy(policy: Policy, subject: RbacSubject, behaviour: MatchingBehaviour): Verdict {
  return allOf(partsOf(policy, subject, behaviour), () => matched("the policy matches", placeOf(policy)));
}

function* partsOf(policy: Policy, subject: RbacSubject, behaviour: MatchingBehaviour): Generator<Verdict> {
  yield oneRuleHolds(policy.permissions, (permission) => matchPermission(permission, subject, behaviour), placeOf(policy, "permissions"));
  yield oneRuleHolds(policy.principals, (principal) => matchPrincipal(principal, subject, behaviour), placeOf(policy, "principals"));
  const condition = (["condition", "checked_condition", "cel_config"] as const).find((field) => policy[field] !== undefined);
  if (condition !== undefined) {
    yield undecided(
      { because: "its condition is an expression (CEL) not evaluated here", decidedBy: "the condition" },
      placeOf(policy, condition),
    );
  }
  const odd = unknownCriterion(policy, knownPolicy);
  if (odd !== undefined) yield undecided(odd, placeOf(policy));
}

/** RESPONSE_CODE_DETAILS, or CONNECTION_TERMINATION_DETAILS, of a denial; Envoy writes blanks in a policy's name as underscores. */
export const rbacDetails = (policy: string | null): string =>
  `rbac_access_denied_matched_policy[${(policy ?? "none").replace(/[ \t\n\v\f\r]/g, "_")}]`;
