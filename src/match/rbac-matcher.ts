import type { Matcher } from "../generated/messages.js";
import { isJsonObject, member } from "../util/json.js";
import type { MatchingBehaviour } from "./behaviour.js";
import { readHttpInput } from "./http-inputs.js";
import { evaluateMatcher, type MatcherExtension } from "./matcher-tree.js";
import type { RbacDecision } from "./rbac.js";
import type { RbacSubject } from "./rbac-subject.js";

/**
 * What an RBAC filter's `matcher` makes of a subject: it leads to an action (envoy.config.rbac.v3.Action) with a name and ALLOW, DENY
 * or LOG; where it leads nowhere, the subject is denied.
 */
export function evaluateRbacMatcher(matcher: Matcher, subject: RbacSubject, behaviour: MatchingBehaviour): RbacDecision {
  const result = evaluateMatcher(matcher, readHttpInput(subject.headers, subject.connection), behaviour);
  const { at } = result;
  const trail = result.steps.map(({ because }) => because).join(", ");
  switch (result.outcome) {
    case "none":
      return { effect: "denies", policy: null, because: `its matcher leads to no action (${trail})`, at, orNamed: [] };
    case "undecided":
      return { effect: "undecided", policy: null, because: result.because, decidedBy: result.decidedBy, at };
    case "action": {
      const { name, action } = readAction(result.action);
      const because = `its matcher leads to ${action} ${name} (${trail})`;
      if (action === "ALLOW" || action === "LOG") return { effect: "allows", policy: name, because, at };
      if (action === "DENY") return { effect: "denies", policy: name, because, at, orNamed: [] };
      return {
        effect: "undecided",
        policy: null,
        because: `the action ${action} is not known here`,
        decidedBy: "what Envoy makes of it",
        at,
      };
    }
  }
}

function readAction(extension: MatcherExtension): { readonly name: string; readonly action: string } {
  const config = isJsonObject(extension.typed_config) ? extension.typed_config : {};
  const name = member(config, "name");
  const action = member(config, "action") ?? "ALLOW";
  return { name: typeof name === "string" ? name : "", action: typeof action === "string" ? action : String(action) };
}
