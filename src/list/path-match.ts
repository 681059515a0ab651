import type { RouteMatch } from "../generated/messages.js";
import { unpack } from "../model/proto-json.js";

/**
 * The path of a route match as istioctl writes it: `/reviews*` (prefix), `PathPrefix:/get` (path_separated_prefix), `/exact`,
 * `regex /v[0-9]+`; further kinds that istioctl leaves blank: `template /users/{id}`, `CONNECT`.
 */
export function describePathMatch(match: RouteMatch): string {
  if (match.prefix !== undefined) return `${match.prefix}*`;
  if (match.path_separated_prefix !== undefined) return `PathPrefix:${match.path_separated_prefix}`;
  if (match.path !== undefined) return match.path;
  if (match.safe_regex !== undefined) return `regex ${match.safe_regex.regex ?? ""}`;
  if (match.connect_matcher !== undefined) return "CONNECT";
  const policy = match.path_match_policy;
  if (policy === undefined) return "";
  const template = unpack(policy.typed_config, "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig")?.path_template;
  return `template ${template ?? policy.name ?? ""}`;
}
