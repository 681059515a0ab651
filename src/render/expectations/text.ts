import type { CheckedExpectation, TestReport } from "../../expectations/test-report.js";
import { type Palette, paletteOf, type Renderer } from "../options.js";
import { plainText } from "../text-wrap.js";
import { coverageLines } from "./coverage-lines.js";
import { failureLines } from "./failure-lines.js";
import { testVerdict } from "./verdict.js";

/** A test report for a terminal: the verdict, then what did not pass and why; with --all what passed as well. */
export const renderTestText: Renderer<TestReport> = (report, options) => {
  const palette = paletteOf(options);
  const passed = report.expectations.filter(({ result }) => result === "passed");
  const others = report.expectations.filter(({ result }) => result !== "passed");
  const lines = [
    palette.bold((report.passed ? palette.green : palette.red)(testVerdict(report))),
    ...others.flatMap((check) => ["", ...headLines(check, palette), ...failureLines(check, options)]),
    ...(options.all && passed.length > 0 ? ["", ...passed.flatMap((check) => headLines(check, palette))] : []),
    ...(report.coverage === null ? [] : ["", palette.bold("coverage"), ...coverageLines(report.coverage, options)]),
  ];
  return `${lines.join("\n")}\n`;
};

const resultWords = { passed: "passed", failed: "failed", undecided: "not decided" } as const satisfies Record<
  CheckedExpectation["result"],
  string
>;

function headLines({ name, result, in: { file, line } }: CheckedExpectation, palette: Palette): readonly string[] {
  const colour = result === "passed" ? palette.green : result === "failed" ? palette.red : palette.yellow;
  const place = `${file}:${line}`;
  const head = `${colour(resultWords[result])}: ${plainText(name)}`;
  return result === "passed" ? [`${head}  ${palette.dim(place)}`] : [head, `  ${palette.dim(place)}`];
}
