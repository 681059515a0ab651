import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalisePath, parsePath, type Step, spellPath } from "../../src/diff/trail.js";

const step = (field: string, key = "", instance = false): Step => ({ message: null, field, key, instance });

describe("spellPath", () => {
  it.each([
    { steps: [], want: "" },
    {
      steps: [step("virtual_hosts", '[name="reviews.default:9080"]'), step("domains", '["*"]')],
      want: 'virtual_hosts[name="reviews.default:9080"].domains["*"]',
    },
    { steps: [step("metadata"), step("a key.with [all]"), step("", "[#0]"), step("host")], want: 'metadata."a key.with [all]"[#0].host' },
    { steps: [step("metadata"), step(""), step("host")], want: 'metadata."".host' },
  ])("$want", ({ steps, want }) => {
    expect(spellPath(steps)).toBe(want);
  });
});

describe("normalisePath", () => {
  it("leaves out what only tells instances apart, and counts", () => {
    const chain = [step("filter_chains", '[name="a"]', true), step("filters", '[name="tcp",#1]')];
    const defaultChain = [step("default_filter_chain"), step("filters", '[name="tcp"]')];
    expect(normalisePath(chain)).toBe('filter_chains[].filters[name="tcp"]');
    expect(normalisePath(defaultChain)).toBe(normalisePath(chain));
  });
});

describe("parsePath", () => {
  it("takes apart what spellPath writes", () => {
    const field = fc.oneof(fc.stringMatching(/^[a-z_]{1,8}$/), fc.string({ minLength: 1 }));
    const key = fc.option(
      fc.oneof(
        fc.json().map((json) => `match=${JSON.stringify(JSON.parse(json))}`),
        fc.string().map((text) => JSON.stringify(text)),
        fc.constant("#0"),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ field, key }), { minLength: 1 }), (steps) => {
        const path = spellPath(steps.map((each) => step(each.field, each.key === null ? "" : `[${each.key}]`)));
        expect(parsePath(path)).toEqual(steps);
      }),
    );
  });
});
