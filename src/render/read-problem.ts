import type { ReadProblem, SectionName } from "../model/snapshot.js";
import { countOf } from "../util/text.js";
import { quoteText } from "../util/utf8.js";

/** What can't be answered without a section; null for a section that a dump may lack without anybody missing it. */
const lossOf: Readonly<Record<SectionName, string | null>> = {
  bootstrap: "no bootstrap section: the proxy's name, its versions and its static runtime are not known",
  clusters: "no clusters section: where routes lead is not known",
  endpoints: "no endpoints section (taken without ?include_eds): endpoints are not known",
  listeners: "no listeners section: what takes a connection is not known",
  scoped_routes: null,
  routes: "no routes section: route configurations that RDS delivers are not known",
  secrets: null,
  ecds: null,
};

const wordsOf: Readonly<Record<SectionName, string>> = {
  bootstrap: "a bootstrap",
  clusters: "clusters",
  endpoints: "endpoints",
  listeners: "listeners",
  scoped_routes: "scoped routes",
  routes: "route configurations",
  secrets: "secrets",
  ecds: "extension configurations",
};

/** The problems of a file as lines for a person: what and where. A section that nobody misses makes no line. */
export function describeReadProblem(problem: ReadProblem): readonly string[] {
  switch (problem.code) {
    case "missing-sections":
      return describeLosses(problem.sections);
    case "unknown-section":
      return [`${placed(problem.at)}section of unknown type ${shown(problem.type)}, left out`];
    case "duplicate-section":
      return [`${placed(problem.at)}a second ${problem.section} section; both are read`];
    case "malformed-entry":
      return [
        `${problem.at}${problem.more === undefined ? "" : ` and ${problem.more} more like it`}: ${problem.expected} should stand here; left out`,
      ];
    case "unknown-member":
      return [`${placed(problem.at)}unknown member ${shown(problem.member)}, left out`];
    case "encoding":
      return [`${problem.encoding} text, read as UTF-8`];
    case "words-around":
      return [
        `${countOf(problem.lines, "line")} ${problem.where === "before" ? "before" : "behind"} the dump passed over: ${quoteText(problem.first, 60)}`,
      ];
    case "older-api":
      return [`${placed(problem.at)}${problem.type} is of Envoy's API v2, read as v3`];
    case "lone-entries":
      return [
        `${placed(problem.at)}${wordsOf[problem.section]} without their section, as ?resource= prints them${problem.mayWarm ? "; warming ones look like active ones, which they are taken for" : ""}`,
      ];
    case "bare-resources":
      return [`${placed(problem.at)}${wordsOf[problem.section]} without state, version and time, as istioctl prints them; taken as active`];
    case "bootstrap-file":
      return [
        `a bootstrap, not a dump: read are its static resources${problem.isFed ? "; what Envoy is sent besides (dynamic_resources) is not in it" : ""}`,
      ];
    case "cluster-statuses":
      return ["what /clusters prints, not a dump: endpoints, without their labels"];
    case "only-entry":
      return [
        `read is ${quoteText(problem.entry, 200)}, the only dump in it${problem.others === 0 ? "" : `; ${countOf(problem.others, "other file")} left out`}`,
      ];
    case "damaged-archive":
      return ["the archive ends in the middle; what is behind is lost"];
  }
}

/** The file's own words may be of any length, and hold anything. */
const shown = (text: string): string => (/^[\x21-\x7e]{1,200}$/.test(text) ? text : quoteText(text, 200));

/** The whole file needs no place. */
const placed = (at: string): string => (at === "" ? "" : `${shown(at)}: `);

function describeLosses(sections: readonly SectionName[]): readonly string[] {
  const missed = sections.filter((section) => lossOf[section] !== null);
  // A file that holds a part of a dump was made so on purpose: one line for all that is not in it.
  if (missed.length > 2) return [`no ${missed.join(", ")} sections: what they would decide is not known`];
  return missed.flatMap((section) => lossOf[section] ?? []);
}
