import type { CheckedExpectation, TestReport } from "../../expectations/test-report.js";
import type { Renderer, RenderOptions } from "../options.js";
import { plainText } from "../text-wrap.js";
import { coverageLines } from "./coverage-lines.js";
import { failureLines } from "./failure-lines.js";
import { describeValue } from "./value-words.js";
import { coverageFailure } from "./verdict.js";

/**
 * A test report as JUnit XML, as CI servers read it: a test suite a file of expectations, a test case an expectation. A percentage
 * of routes that was demanded is a suite of its own.
 */
export const renderTestJunit: Renderer<TestReport> = (report, options) => {
  // Every byte may end in a log: no colour, and no line of the failure broken.
  const plain = { ...options, colour: false, columns: Number.MAX_SAFE_INTEGER };
  const files = [...new Set(report.expectations.map((check) => check.in.file))];
  const suites = files.map((file) => {
    const checks = report.expectations.filter((check) => check.in.file === file);
    const cases = checks.map((check) => testCase(check, plain));
    return testSuite(file, checks.length, checks.filter(({ result }) => result !== "passed").length, cases);
  });
  const { coverage } = report;
  if (coverage !== null && coverage.failUnder !== null) {
    const name = attribute(`at least ${coverage.failUnder} % of the routes`);
    const lines = coverageLines(coverage, plain).join("\n");
    const failure = failureElement(coverageFailure(coverage.routes.percent, coverage.failUnder), "coverage", lines);
    suites.push(
      testSuite("coverage", 1, coverage.reached ? 0 : 1, [
        caseElement(`name=${name} classname="coverage"`, coverage.reached ? "" : failure),
      ]),
    );
  }
  const total = totals(report.expectations.length + (suites.length - files.length), failuresOf(report));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name=${attribute(`xdsight test ${report.file.name}`)} ${total}>\n${suites.join("")}</testsuites>\n`;
};

const failuresOf = ({ counts, coverage }: TestReport): number => counts.failed + counts.undecided + (coverage?.reached === false ? 1 : 0);

const totals = (tests: number, failures: number): string => `tests="${tests}" failures="${failures}" errors="0" skipped="0"`;

const testSuite = (name: string, tests: number, failures: number, cases: readonly string[]): string =>
  `  <testsuite name=${attribute(name)} ${totals(tests, failures)}>\n${cases.join("")}  </testsuite>\n`;

const caseElement = (attributes: string, content: string): string =>
  content === "" ? `    <testcase ${attributes}/>\n` : `    <testcase ${attributes}>\n${content}    </testcase>\n`;

const failureElement = (message: string, type: string, text: string): string =>
  `      <failure message=${attribute(message)} type=${attribute(type)}>${content(text)}</failure>\n`;

function testCase(check: CheckedExpectation, options: RenderOptions): string {
  const { name, result, in: place } = check;
  const attributes = `name=${attribute(name)} classname=${attribute(place.file)} file=${attribute(place.file)} line="${place.line}"`;
  if (result === "passed") return caseElement(attributes, "");
  return caseElement(attributes, failureElement(summaryOf(check), result, failureLines(check, options).join("\n")));
}

/** The failure in one line. */
function summaryOf({ mismatches: [mismatch], open: [open], result }: CheckedExpectation): string {
  if (result === "undecided" && open !== undefined) return `not decided by this dump: ${plainText(open.message)}`;
  if (mismatch === undefined) return "not as expected";
  const { field, negated, expected, actual } = mismatch;
  const wanted = plainText(describeValue(expected));
  return `${field}: expected ${negated ? "anything but " : ""}${wanted}, found ${plainText(describeValue(actual))}`;
}

const attribute = (text: string): string => `"${content(plainText(text)).replaceAll('"', "&quot;")}"`;

/** Text as XML 1.0 can hold it: markup escaped, characters that it forbids replaced. */
const content = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
