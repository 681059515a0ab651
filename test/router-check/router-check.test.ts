import { describe, expect, it } from "vitest";
import { checkRoute } from "./check-route.js";
import { readSuites } from "./suite.js";
import { toolSnapshot } from "./tool-snapshot.js";

const suites = readSuites();
const skipped = suites === undefined ? " (skipped: ../shared/cases/router_check is not here)" : "";
const assertionOf = (text: string): string => /^\w+/.exec(text)?.[0] ?? text;

describe.skipIf(suites === undefined)(`Envoy's own route table checks${skipped}`, () => {
  it("are all there", () => {
    expect(suites?.length).toBe(19);
    expect(suites?.flatMap(({ tests }) => tests).length).toBe(111);
  });

  describe.each(suites?.filter(({ loads }) => loads) ?? [])("$suite", ({ routeConfig, runtime = {}, tests }) => {
    it.each(tests)("$name", ({ input, validate, expectPass, failingAsserts = [] }) => {
      const failures = checkRoute(toolSnapshot(routeConfig, runtime, input.runtime), input, validate);
      if (expectPass) expect(failures).toEqual([]);
      else expect(failures.map(({ assertion }) => assertion)).toEqual(failingAsserts.map(assertionOf));
    });
  });
});
