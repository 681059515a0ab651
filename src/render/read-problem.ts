import type { ReadProblem, SectionName } from "../model/snapshot.js";

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

/** The problems of a file as lines for a person: what and where. A section that nobody misses makes no line. */
export function describeReadProblem(problem: ReadProblem): readonly string[] {
  switch (problem.code) {
    case "missing-sections":
      return describeLosses(problem.sections);
    case "unknown-section":
      return [`${problem.at}: section of unknown type ${problem.type}, left out`];
    case "duplicate-section":
      return [`${problem.at}: a second ${problem.section} section; both are read`];
    case "malformed-entry":
      return [`${problem.at}: ${problem.expected} should stand here; left out`];
    case "unknown-member":
      return [`${problem.at}: unknown member ${problem.member}, left out`];
  }
}

function describeLosses(sections: readonly SectionName[]): readonly string[] {
  const missed = sections.filter((section) => lossOf[section] !== null);
  // A file that holds a part of a dump was made so on purpose: one line for all that is not in it.
  if (missed.length > 2) return [`no ${missed.join(", ")} sections: what they would decide is not known`];
  return missed.flatMap((section) => lossOf[section] ?? []);
}
