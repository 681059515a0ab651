import type { Permission } from "../generated/messages.js";
import { placeOf, unpack } from "../model/proto-json.js";
import { lowerAscii } from "./ascii-case.js";
import { forRbac, type MatchingBehaviour } from "./behaviour.js";
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
import type { RbacSubject } from "./rbac-subject.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { matchesUriTemplate } from "./uri-template.js";
import { judge, not, undecided, type Verdict } from "./verdict.js";
import { plain } from "./wording.js";

const uriTemplate = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";

const knownFields: ReadonlySet<string> = new Set([
  ...["and_rules", "or_rules", "any", "header", "url_path", "destination_ip", "destination_port", "destination_port_range", "metadata"],
  ...["not_rule", "requested_server_name", "matcher", "uri_template", "sourced_metadata"],
]);

/** Is what the subject asks for what the permission is about (envoy.config.rbac.v3.Permission)? */
export function matchPermission(permission: Permission, subject: RbacSubject, behaviour: MatchingBehaviour, depth = 0): Verdict {
  const at = placeOf(permission);
  const { regexEncoding } = behaviour;
  if (depth > deepestRule) return undecided(nestedTooDeep, at);
  const odd = unknownCriterion(permission, knownFields);
  if (odd !== undefined) return undecided(odd, at);
  const inner = (one: Permission) => matchPermission(one, subject, behaviour, depth + 1);
  if (permission.and_rules !== undefined) return allRulesHold(permission.and_rules.rules, inner, at);
  if (permission.or_rules !== undefined) return oneRuleHolds(permission.or_rules.rules, inner, at);
  if (permission.not_rule !== undefined) return not(inner(permission.not_rule));
  if (permission.any !== undefined) return judge(permission.any, at, { yes: "any", no: "not any" });
  if (permission.header !== undefined) return matchHeader(permission.header, subject.headers, forRbac(behaviour));
  if (permission.url_path !== undefined) return judgeUrlPath(permission.url_path, subject.path, regexEncoding);
  const { destination, serverName } = subject.connection;
  if (permission.destination_ip !== undefined) return judgeAddress(permission.destination_ip, "the destination", destination);
  if (permission.destination_port !== undefined) {
    const wanted = permission.destination_port;
    return judge(destination?.port === wanted, placeOf(permission, "destination_port"), {
      yes: `the destination port is ${wanted}`,
      no: `the destination port is ${destination?.port ?? "none"}, not ${wanted}`,
    });
  }
  if (permission.destination_port_range !== undefined) {
    const { start = 0, end = 0 } = permission.destination_port_range;
    const inside = destination !== undefined && destination.port >= start && destination.port < end;
    return judge(inside, placeOf(permission.destination_port_range), {
      yes: `the destination port is in [${start}, ${end})`,
      no: `the destination port ${destination?.port ?? "none"} is not in [${start}, ${end})`,
    });
  }
  if (permission.metadata !== undefined) return judgeMetadata(permission.metadata, subject, regexEncoding);
  if (permission.sourced_metadata !== undefined) return judgeSourcedMetadata(permission.sourced_metadata, subject, regexEncoding);
  if (permission.requested_server_name !== undefined) {
    // Envoy keeps the name of a connection in lower case.
    const name = lowerAscii(serverName);
    return judgeText(
      permission.requested_server_name,
      "the server name (SNI)",
      name,
      regexEncoding,
      placeOf(permission, "requested_server_name"),
    );
  }
  const template = unpack(permission.uri_template?.typed_config, uriTemplate)?.path_template;
  if (template !== undefined) {
    const words = {
      yes: `path matches the URI template ${plain(template)}`,
      no: `path does not match the URI template ${plain(template)}`,
    };
    return judge(subject.path !== undefined && matchesUriTemplate(template, subject.path), placeOf(permission, "uri_template"), words);
  }
  const name = permission.matcher?.name ?? permission.uri_template?.name ?? "";
  const what = name === "" ? "the permission names no rule known here" : `the permission ${name} is an extension not modelled here`;
  return undecided({ because: what, decidedBy: name === "" ? "what Envoy makes of it" : `the extension ${name}` }, at);
}
