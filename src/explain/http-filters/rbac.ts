import type { MessageTypes } from "../../generated/messages.js";
import { withoutQuery } from "../../match/path-cut.js";
import { evaluateRbac, type RbacDecision, rbacDetails } from "../../match/rbac.js";
import { evaluateRbacMatcher } from "../../match/rbac-matcher.js";
import type { RbacSubject } from "../../match/rbac-subject.js";
import { unpack } from "../../model/proto-json.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen, notModelled } from "./http-filter.js";

type RbacFilter = MessageTypes["envoy.extensions.filters.http.rbac.v3.RBAC"];

/**
 * The RBAC filter (envoy.extensions.filters.http.rbac.v3): 403 for a request that its rules deny. A route's RBACPerRoute replaces the
 * configuration, and turns the filter off where it holds none. Shadow rules are reported, never enforced.
 */
export function rbac(input: HttpFilterInput): HttpFilterDecision {
  const { filter, perRoute } = input;
  const own = perRoute === undefined ? undefined : unpack(perRoute, "envoy.extensions.filters.http.rbac.v3.RBACPerRoute");
  if (perRoute !== undefined && own === undefined) return notModelled(filter, "it may deny the request with 403");
  if (own !== undefined && own.rbac === undefined) return goesOn("switched off for this route");
  const settings: RbacFilter = own?.rbac ?? unpack(filter.config ?? undefined, "envoy.extensions.filters.http.rbac.v3.RBAC") ?? {};
  const subject = subjectOf(input);
  const shadow = shadowNote(settings, subject, input);
  const decision = enforced(settings, subject, input);
  if (decision === null) return goesOn(shadow);
  switch (decision.effect) {
    case "allows":
      return goesOn(`allows: ${decision.because}${shadow === "" ? "" : `; ${shadow}`}`);
    case "undecided": {
      const may = `it may deny the request with 403 (${rbacDetails(decision.policy)}): ${decision.because}`;
      return { does: "continues", because: shadow, open: leavesOpen(filter, "undecided-match", may, decision.decidedBy, decision.at) };
    }
    case "denies": {
      const reply = { status: 403, details: rbacDetails(decision.policy) };
      const answer = { does: "answers", outcome: "rejected", cause: "denied", reply, because: decision.because, at: decision.at } as const;
      if (decision.orNamed.length === 0) return answer;
      const may = `the details may name ${decision.orNamed.join(" or ")}, which come before it and may match`;
      return { ...answer, open: leavesOpen(filter, "undecided-match", may, "whether they match") };
    }
  }
}

function enforced(settings: RbacFilter, subject: RbacSubject, { behaviour }: HttpFilterInput): RbacDecision | null {
  // A matcher goes before rules: Envoy ignores these then.
  if (settings.matcher !== undefined) return evaluateRbacMatcher(settings.matcher, subject, behaviour);
  return settings.rules === undefined ? null : evaluateRbac(settings.rules, subject, behaviour);
}

function shadowNote(settings: RbacFilter, subject: RbacSubject, { behaviour }: HttpFilterInput): string {
  const { shadow_rules: rules, shadow_matcher: matcher } = settings;
  const decision =
    matcher !== undefined
      ? evaluateRbacMatcher(matcher, subject, behaviour)
      : rules === undefined
        ? null
        : evaluateRbac(rules, subject, behaviour);
  return decision?.effect === "denies" ? `shadow rules would deny: ${decision.because}` : "";
}

function subjectOf({ received, matched, connection, peer, behaviour, route }: HttpFilterInput): RbacSubject {
  const { path } = received;
  return {
    headers: matched.headers,
    path: path === undefined || behaviour.pathParameters === "per-segment" ? matched.path : withoutQuery(path),
    connection,
    peer,
    remote: received.remote,
    dynamicMetadata: matched.dynamicMetadata,
    routeMetadata: route?.message.metadata?.filter_metadata ?? {},
    filterState: matched.filterState,
    unknownState: matched.unknownState,
  };
}
