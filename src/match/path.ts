import type { RouteMatch } from "../generated/messages.js";
import { placeOf, unpack } from "../model/proto-json.js";
import { lowerAscii } from "./ascii-case.js";
import type { RegexEncoding } from "./behaviour.js";
import { firstHeaderValue, type RequestHeaders } from "./request-headers.js";
import { matchesSafeRegex } from "./safe-regex.js";
import { matchesUriTemplate } from "./uri-template.js";
import { judge, notMatched, undecided, type Verdict } from "./verdict.js";
import { plain } from "./wording.js";

const uriTemplate = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";

/** The fields of a RouteMatch that say which paths it takes. */
export const pathSpecifiers = ["prefix", "path", "path_separated_prefix", "safe_regex", "connect_matcher", "path_match_policy"] as const;
export type PathSpecifier = (typeof pathSpecifiers)[number];

/** The specifier that a route match holds; undefined where it holds none that is known. */
export function pathSpecifierOf(match: RouteMatch): PathSpecifier | undefined {
  return pathSpecifiers.find((field) => match[field] !== undefined);
}

/**
 * Does the path satisfy the route match's specifier? `path` is cut as route matches compare it (`cutPath`), undefined for a request
 * without one, which only `connect_matcher` takes. `case_sensitive: false` folds ASCII for `prefix`, `path` and
 * `path_separated_prefix`, and does nothing to the others.
 */
export function matchPath(match: RouteMatch, path: string | undefined, headers: RequestHeaders, encoding: RegexEncoding): Verdict {
  const specifier = pathSpecifierOf(match);
  const at = placeOf(match, specifier);
  if (specifier === undefined) {
    return undecided({ because: "the route match names no path specifier known here", decidedBy: "what Envoy makes of it" }, at);
  }
  if (specifier === "connect_matcher") {
    return judge(isConnect(headers), at, { yes: "the request is a CONNECT", no: "the request is no CONNECT" });
  }
  if (path === undefined) return notMatched("the request has no path", at);
  const folded = match.case_sensitive === false;
  const fold = folded ? lowerAscii : (text: string) => text;
  const [mine, suffix] = [fold(path), folded ? " in any case" : ""];
  if (match.prefix !== undefined) {
    const words = {
      yes: `path starts with ${plain(match.prefix)}${suffix}`,
      no: `path does not start with ${plain(match.prefix)}${suffix}`,
    };
    return judge(mine.startsWith(fold(match.prefix)), at, words);
  }
  if (match.path !== undefined) {
    return judge(mine === fold(match.path), at, {
      yes: `path is ${plain(match.path)}${suffix}`,
      no: `path is not ${plain(match.path)}${suffix}`,
    });
  }
  if (match.path_separated_prefix !== undefined) {
    const prefix = fold(match.path_separated_prefix);
    const words = { yes: `path is ${plain(prefix)} or below it${suffix}`, no: `path is neither ${plain(prefix)} nor below it${suffix}` };
    return judge(mine === prefix || mine.startsWith(`${prefix}/`), at, words);
  }
  if (match.safe_regex !== undefined) {
    const regex = plain(match.safe_regex.regex ?? "");
    const words = { yes: `path matches ${regex}`, no: `path does not match ${regex}` };
    return judge(matchesSafeRegex(match.safe_regex, path, encoding), at, words);
  }
  const template = unpack(match.path_match_policy?.typed_config, uriTemplate)?.path_template;
  if (template !== undefined) {
    const words = {
      yes: `path matches the URI template ${plain(template)}`,
      no: `path does not match the URI template ${plain(template)}`,
    };
    return judge(matchesUriTemplate(template, path), at, words);
  }
  const name = match.path_match_policy?.name ?? "";
  return undecided({ because: `the path match policy ${name} is an extension not modelled here`, decidedBy: `the extension ${name}` }, at);
}

/** The path specifier in a list of criteria: `prefix /api`, `path /login (any case)`. */
export function describePath(match: RouteMatch): string {
  const suffix = match.case_sensitive === false ? " (any case)" : "";
  if (match.prefix !== undefined) return `prefix ${plain(match.prefix)}${suffix}`;
  if (match.path !== undefined) return `path ${plain(match.path)}${suffix}`;
  if (match.path_separated_prefix !== undefined) return `path_separated_prefix ${plain(match.path_separated_prefix)}${suffix}`;
  if (match.safe_regex !== undefined) return `safe_regex ${plain(match.safe_regex.regex ?? "")}`;
  if (match.connect_matcher !== undefined) return "connect_matcher";
  const template = unpack(match.path_match_policy?.typed_config, uriTemplate)?.path_template;
  return template === undefined ? `path_match_policy ${match.path_match_policy?.name ?? ""}` : `uri_template ${plain(template)}`;
}

/** A CONNECT, or the upgrade that stands for one of UDP. */
function isConnect(headers: RequestHeaders): boolean {
  if (firstHeaderValue(headers, ":method") === "CONNECT") return true;
  return lowerAscii(firstHeaderValue(headers, "upgrade") ?? "") === "connect-udp";
}
