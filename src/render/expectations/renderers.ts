import type { TestReport } from "../../expectations/test-report.js";
import { renderJson } from "../json.js";
import type { Renderer } from "../options.js";
import { renderTestJunit } from "./junit.js";
import { renderTestText } from "./text.js";

export const testFormats = ["text", "json", "junit"] as const;
export type TestFormat = (typeof testFormats)[number];

/** A test report in each of its formats. */
export const testReportRenderers = {
  text: renderTestText,
  json: renderJson,
  junit: renderTestJunit,
} satisfies Record<TestFormat, Renderer<TestReport>>;
