import type { CheckedExpectation, Mismatch } from "../../expectations/test-report.js";
import type { RenderOptions } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";
import { describeValue } from "./value-words.js";

const termWidth = 15;
const indent = 2 + termWidth;

/** Why an expectation did not pass, in lines: what was expected, what is, the decision behind it, what is open, how to see more. */
export function failureLines({ mismatches, open, cause, command }: CheckedExpectation, options: RenderOptions): readonly string[] {
  const lines: string[] = [];
  const term = (name: string, text: string): void => {
    // A term that is too long for its column stands above.
    const above = name.length >= termWidth;
    if (above) lines.push(`  ${name}`);
    const beside = above ? "" : name;
    lines.push(
      ...wrapText(text, options.columns, indent).map((line, index) => `  ${(index === 0 ? beside : "").padEnd(termWidth)}${line}`),
    );
  };
  let decided = "";
  for (const mismatch of mismatches) {
    const { field, negated, expected, actual, at, decidedBy } = mismatch;
    term(field, `expected ${negated ? "anything but " : ""}${plainText(describeValue(expected))}`);
    term("", `found    ${plainText(describeValue(actual))}`);
    if (options.at && at !== null) term("", at);
    const because = becauseOf(decidedBy);
    if (decidedBy !== null && because !== decided) {
      term("because", because);
      if (decidedBy.at !== "") term("", decidedBy.at);
    }
    decided = because;
  }
  if (cause !== null && mismatches.length > 0) {
    term("cause", plainText(`${cause.message} [${cause.code}]`));
    if (options.at && cause.at !== "") term("", cause.at);
  }
  for (const { code, message, decidedBy, at } of open) {
    term("not decided", plainText(`${message} (decided by ${decidedBy}) [${code}]`));
    if (at !== "") term("", at);
  }
  // In one line, whatever its length, so that it can be copied.
  lines.push(`  ${"look closer".padEnd(termWidth)}${plainText(command)}`);
  return lines;
}

const becauseOf = (step: Mismatch["decidedBy"]): string =>
  step === null ? "" : plainText(`${step.step} ${step.decision}${step.because === "" ? "" : `: ${step.because}`}`);
