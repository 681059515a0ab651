import type { TestReport } from "../../expectations/test-report.js";

/** What came of it in one line. */
export function testVerdict({ counts, expectations, filter, coverage }: TestReport): string {
  const { passed, failed, undecided, leftOut } = counts;
  if (expectations.length === 0) return `nothing was checked: no name contains ${filter ?? ""}`;
  return [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(undecided > 0 ? [`${undecided} not decided by this dump`] : []),
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
    ...(coverage?.reached === false ? [coverageFailure(coverage.routes.percent, coverage.failUnder)] : []),
  ].join(", ");
}

/** That too few routes were touched. */
export const coverageFailure = (percent: number | null, failUnder: number | null): string =>
  `${percent ?? 0} % of the routes touched, less than ${failUnder ?? 0} %`;
