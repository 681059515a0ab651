import type { RouteMatch } from "../generated/messages.js";
import { lowerAscii } from "../match/ascii-case.js";
import { pathSpecifierOf } from "../match/path.js";
import { unpack } from "../model/proto-json.js";
import { literalHead, sampleRegex } from "./regex-samples.js";
import { freshText, turnCase } from "./text-candidates.js";

const uriTemplate = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";

/** Are the paths that the match takes only sampled: by a regex, a template, or something unknown? */
export function isPathSampled(match: RouteMatch): boolean {
  const specifier = pathSpecifierOf(match);
  return specifier === undefined || specifier === "safe_regex" || specifier === "path_match_policy";
}

/**
 * Paths that tell route matches apart. Of `path`, `prefix` and `path_separated_prefix` they are all that matters: every path meets the
 * same of them as the longest literal that it begins with, alone, with something behind it, or with something below it. Patterns are
 * sampled, also behind literals.
 */
export function pathCandidates(matches: readonly RouteMatch[]): readonly string[] {
  const literals = [...new Set(matches.flatMap((match) => match.prefix ?? match.path ?? match.path_separated_prefix ?? headOf(match)))];
  const fresh = freshText(literals);
  const paths = new Set<string>(["/"]);
  for (const literal of literals) paths.add(literal);
  const samples = matches.flatMap(samplesOf);
  for (const sample of samples) paths.add(sample);
  const extended = [...literals, ...samples];
  for (const text of extended) paths.add(text.endsWith("/") ? `${text}${fresh}` : `${text}/${fresh}`);
  for (const text of extended) {
    paths.add(`${text}${fresh}`);
    paths.add(`${text}/`);
  }
  paths.add(`/${fresh}`);
  if (matches.some(({ case_sensitive }) => case_sensitive === false)) for (const path of spliced(literals, fresh)) paths.add(path);
  if (samples.length > 0 && literals.length <= mostLiterals) {
    for (const literal of literals) for (const sample of samples.slice(0, mostSamples)) paths.add(joined(literal, sample));
  }
  return [...paths].filter((path) => path.startsWith("/"));
}

const headOf = ({ safe_regex }: RouteMatch): readonly string[] => {
  const head = literalHead(safe_regex?.regex ?? "");
  return head.startsWith("/") ? [head] : [];
};

const mostLiterals = 40;
const mostSamples = 20;

const joined = (literal: string, sample: string): string =>
  literal.endsWith("/") && sample.startsWith("/") ? literal + sample.slice(1) : literal + sample;

function samplesOf(match: RouteMatch): readonly string[] {
  if (match.safe_regex !== undefined) return sampleRegex(match.safe_regex.regex ?? "");
  const template = unpack(match.path_match_policy?.typed_config, uriTemplate)?.path_template;
  if (template === undefined) return [];
  return ["one", "two"].map((word) => template.replace(/\{[^}]*=([^}]*)\}/g, "$1").replace(/\{[^}]*\}|\*\*|\*/g, word));
}

/** Literals in another case, and those that go on where another one ends: what tells `case_sensitive: false` from its neighbours. */
function* spliced(literals: readonly string[], fresh: string): Generator<string> {
  for (const literal of literals) {
    for (const ending of ["", `/${fresh}`, fresh]) yield turnCase(literal) + ending;
    for (const longer of literals) {
      if (longer.length <= literal.length || !lowerAscii(longer).startsWith(lowerAscii(literal))) continue;
      const rest = longer.slice(literal.length);
      for (const tail of [rest, turnCase(rest)]) for (const ending of ["", `/${fresh}`]) yield literal + tail + ending;
    }
  }
}
