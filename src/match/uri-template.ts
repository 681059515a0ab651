import { compileSafeRegex } from "./safe-regex.js";
import type { Answer, Unknown } from "./verdict.js";
import { quote } from "./wording.js";

/** A URI template of Envoy's, ready to be matched. */
export interface UriTemplate {
  /** The RE2 pattern that a path must match as a whole; a group for each variable. */
  readonly pattern: string;
  /** The variables in the order of their groups. */
  readonly variables: readonly string[];
}

/** What `*` and `**` take, apart from the slash: the characters of a path segment in RFC 3986, without the asterisk. */
const segmentCharacters = "a-zA-Z0-9\\-._~%!$&'()+,;:@=";
const oneSegment = `[${segmentCharacters}]+`;
const anySegments = `[${segmentCharacters}/]*`;

/**
 * Reads a template of envoy.extensions.path.match.uri_template.v3: literals; `*` or `{name}`, one segment; `**` or `{name=**}`, the
 * rest, which may be empty; `{name=a/*}`, a variable with a pattern of its own. Undefined for what is no template.
 */
export function parseUriTemplate(template: string): UriTemplate | undefined {
  const variables: string[] = [];
  let pattern = "";
  for (let at = 0; at < template.length; ) {
    const open = template.charAt(at) === "{";
    const end = open ? template.indexOf("}", at) + 1 : endOfPlainPart(template, at);
    if (end <= at) return undefined;
    if (open) {
      const [, name = "", inner = "*"] = /^([a-zA-Z][a-zA-Z0-9_]*)(?:=(.+))?$/s.exec(template.slice(at + 1, end - 1)) ?? [];
      if (name === "") return undefined;
      variables.push(name);
      pattern += `(${patternOf(inner)})`;
    } else pattern += patternOf(template.slice(at, end));
    at = end;
  }
  return template.startsWith("/") ? { pattern, variables } : undefined;
}

const endOfPlainPart = (template: string, at: number): number => {
  const brace = template.indexOf("{", at);
  return brace < 0 ? template.length : brace;
};

function patternOf(part: string): string {
  return part.replace(/\*\*?|[\\.+*?()|[\]{}^$]/g, (piece) => (piece === "**" ? anySegments : piece === "*" ? oneSegment : `\\${piece}`));
}

/** Does the template match the path (without its query)? */
export function matchesUriTemplate(template: string, path: string): Answer {
  const captured = captureVariables(template, path);
  return captured instanceof Map ? true : captured === undefined ? false : captured;
}

/**
 * The path that a path_template_rewrite makes of a path that the template matches: its `{name}`s replaced by what the variables took.
 * Undefined where the template does not match or the rewrite names another variable.
 */
export function rewriteUriTemplate(template: string, rewrite: string, path: string): string | undefined | Unknown {
  const captured = captureVariables(template, path);
  if (!(captured instanceof Map)) return captured;
  let complete = true;
  const rewritten = rewrite.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = captured.get(name);
    complete &&= value !== undefined;
    return value ?? "";
  });
  return complete ? rewritten : undefined;
}

function captureVariables(template: string, path: string): Map<string, string> | undefined | Unknown {
  const parsed = parseUriTemplate(template);
  if (parsed === undefined) return { because: `the URI template ${quote(template)} is not understood here`, decidedBy: "Envoy" };
  const regex = compileSafeRegex(parsed.pattern, "utf-8");
  if (!("captures" in regex)) return regex;
  const groups = regex.captures(path);
  return groups && new Map(parsed.variables.map((name, index) => [name, groups[index + 1] ?? ""]));
}
