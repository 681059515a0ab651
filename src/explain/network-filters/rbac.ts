import { unknownSource } from "../../match/connection.js";
import { evaluateRbac, type RbacDecision, rbacDetails } from "../../match/rbac.js";
import { evaluateRbacMatcher } from "../../match/rbac-matcher.js";
import type { RbacSubject } from "../../match/rbac-subject.js";
import { requestHeaders } from "../../match/request-headers.js";
import type { NetworkFilter } from "../../model/filter-chain.js";
import { unpack } from "../../model/proto-json.js";
import { noResponse } from "../local-reply.js";
import { type ConnectionState, leavesOpen, type NetworkFilterDecision, type NetworkFiltersInput, passesOn } from "./network-filter.js";

/**
 * The network RBAC filter (envoy.extensions.filters.network.rbac.v3): closes a connection that its rules deny when the client's first
 * bytes come. A client that sends none is not judged. Its connection has neither headers nor path.
 */
export function rbac(filter: NetworkFilter, input: NetworkFiltersInput, state: ConnectionState): NetworkFilterDecision {
  const settings = unpack(filter.config ?? undefined, "envoy.extensions.filters.network.rbac.v3.RBAC");
  const subject = subjectOf(input, state);
  let decision: RbacDecision | undefined;
  if (settings?.matcher !== undefined) decision = evaluateRbacMatcher(settings.matcher, subject, input.behaviour);
  else if (settings?.rules !== undefined) decision = evaluateRbac(settings.rules, subject, input.behaviour);
  if (decision === undefined) return passesOn();
  switch (decision.effect) {
    case "allows":
      return passesOn(`allows: ${decision.because}`);
    case "undecided": {
      const may = `it may close the connection (${rbacDetails(decision.policy)}): ${decision.because}`;
      return { does: "continues", because: "", open: leavesOpen(filter, "undecided-match", may, decision.decidedBy, decision.at) };
    }
    case "denies": {
      const { because, at } = decision;
      if (input.serverFirst) return passesOn(`would close the connection once the client sends something: ${because}`);
      const closes = { does: "closes", cause: "denied", response: noResponse(rbacDetails(decision.policy)), because, at } as const;
      if (decision.orNamed.length === 0) return closes;
      const may = `the details may name ${decision.orNamed.join(" or ")}, which come before it and may match`;
      return { ...closes, open: leavesOpen(filter, "undecided-match", may, "whether they match") };
    }
  }
}

const noHeaders = requestHeaders([], "http/1.1");

const subjectOf = ({ connection, peer }: NetworkFiltersInput, { filterState, unknownState }: ConnectionState): RbacSubject => ({
  headers: noHeaders,
  path: undefined,
  connection,
  peer,
  remote: connection.source ?? unknownSource,
  dynamicMetadata: {},
  routeMetadata: {},
  filterState,
  unknownState,
});
