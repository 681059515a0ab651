import type { HeaderMatcher, RouteMatch } from "../generated/messages.js";
import { lowerAscii } from "./ascii-case.js";

/**
 * Is it certain that no request satisfies both route matches, so that their order decides nothing? Told from what can be compared
 * as text: paths and prefixes that exclude each other, and one method, authority or query parameter that would need two values.
 * `false` says only that this cannot be told.
 */
export function areDisjoint(a: RouteMatch, b: RouteMatch): boolean {
  return pathsAreDisjoint(a, b) || headersAreDisjoint(a, b) || parametersAreDisjoint(a, b);
}

/** Texts that a path begins with, or is. */
interface PathText {
  readonly text: string;
  readonly whole: boolean;
}

function pathsAreDisjoint(a: RouteMatch, b: RouteMatch): boolean {
  const [first, second] = [pathTextOf(a), pathTextOf(b)];
  if (first === undefined || second === undefined) return false;
  // What differs without regard to case differs with it.
  const folds = a.case_sensitive === false || b.case_sensitive === false;
  const [left, right] = [first, second].map(({ text, whole }) => ({ text: folds ? lowerAscii(text) : text, whole }));
  if (left === undefined || right === undefined) return false;
  if (left.whole && right.whole) return left.text !== right.text;
  if (left.whole) return !left.text.startsWith(right.text);
  if (right.whole) return !right.text.startsWith(left.text);
  return !left.text.startsWith(right.text) && !right.text.startsWith(left.text);
}

function pathTextOf({ path, prefix, path_separated_prefix: separated }: RouteMatch): PathText | undefined {
  if (path !== undefined) return { text: path, whole: true };
  const text = prefix ?? separated;
  return text === undefined ? undefined : { text, whole: false };
}

/** A request has one value of each pseudo-header; of any other header it may have several, each of which may match. */
function headersAreDisjoint(a: RouteMatch, b: RouteMatch): boolean {
  const wanted = new Map((a.headers ?? []).flatMap(exactPseudoHeader));
  return (b.headers ?? []).flatMap(exactPseudoHeader).some(([name, value]) => (wanted.get(name) ?? value) !== value);
}

function exactPseudoHeader({ name = "", string_match: match, invert_match: inverted }: HeaderMatcher): [string, string][] {
  if (!name.startsWith(":") || inverted === true || match?.exact === undefined || match.ignore_case === true) return [];
  return [[lowerAscii(name), match.exact]];
}

/** Of several parameters of one name Envoy takes the first. */
function parametersAreDisjoint(a: RouteMatch, b: RouteMatch): boolean {
  const exact = (match: RouteMatch): [string, string][] =>
    (match.query_parameters ?? []).flatMap(({ name = "", string_match: text }): [string, string][] =>
      text?.exact === undefined || text.ignore_case === true ? [] : [[name, text.exact]],
    );
  const wanted = new Map(exact(a));
  return exact(b).some(([name, value]) => (wanted.get(name) ?? value) !== value);
}
