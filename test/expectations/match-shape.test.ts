import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedFields } from "../../src/expectations/expected-fields.js";
import { matchShape } from "../../src/expectations/match-shape.js";
import { matchesGlob } from "../../src/expectations/shape.js";
import type { Json } from "../../src/util/json.js";

const v1 = { name: "outbound|9080|v1|reviews", type: "EDS", inDump: true, weight: 90, chosen: null, at: "/clusters/1" };
const v3 = { name: "outbound|9080|v3|reviews", type: "EDS", inDump: true, weight: 10, chosen: null, at: "/clusters/3" };
const notFound = { status: 404, details: "route_not_found", flags: ["NR"], grpcStatus: null, location: null };
const route = { name: "canary", index: 0, at: "/routes/0" };

type Field = keyof typeof expectedFields;
const fieldsOf = (field: Field, written: Json, actual: Json): readonly string[] =>
  matchShape(expectedFields[field].shape, written, actual, field).map((mismatch) => mismatch.field);

describe("what is written and what is", () => {
  it.each<{ why: string; field: Field; written: Json; actual: Json; misses: readonly string[] }>([
    { why: "a number", field: "status", written: 404, actual: 404, misses: [] },
    { why: "another number", field: "status", written: 404, actual: 403, misses: ["status"] },
    { why: "none", field: "status", written: null, actual: null, misses: [] },
    { why: "none, and there is one", field: "status", written: null, actual: 404, misses: ["status"] },
    { why: "a text", field: "cluster", written: v1.name, actual: v1.name, misses: [] },
    { why: "a text in another case", field: "cluster", written: v1.name.toUpperCase(), actual: v1.name, misses: ["cluster"] },
    { why: "a text that is a glob only when written so", field: "cluster", written: "outbound|*", actual: v1.name, misses: ["cluster"] },
    { why: "a glob", field: "cluster", written: { glob: "outbound|9080|*|reviews" }, actual: v1.name, misses: [] },
    {
      why: "a glob that leaves a rest",
      field: "cluster",
      written: { glob: "outbound|9080|*|review" },
      actual: v1.name,
      misses: ["cluster"],
    },
    {
      why: "a regex of the whole text",
      field: "cluster",
      written: { regex: "outbound\\|9080\\|v\\d\\|reviews" },
      actual: v1.name,
      misses: [],
    },
    { why: "a regex of a part", field: "cluster", written: { regex: "9080" }, actual: v1.name, misses: ["cluster"] },
    { why: "a pattern, and nothing there", field: "cluster", written: { glob: "*" }, actual: null, misses: ["cluster"] },
    { why: "the name in place of an object", field: "route", written: "canary", actual: route, misses: [] },
    { why: "another name", field: "route", written: "main", actual: route, misses: ["route.name"] },
    { why: "a name, and no object", field: "route", written: "canary", actual: null, misses: ["route"] },
    { why: "keys of an object", field: "response", written: { status: 404, flags: ["NR"] }, actual: notFound, misses: [] },
    {
      why: "one key of two off",
      field: "response",
      written: { status: 404, details: "x" },
      actual: notFound,
      misses: ["response.details"],
    },
    { why: "a list in full", field: "clusters", written: [v1.name, { name: v3.name, weight: 10 }], actual: [v1, v3], misses: [] },
    {
      why: "a list in another order",
      field: "clusters",
      written: [v3.name, v1.name],
      actual: [v1, v3],
      misses: ["clusters[0].name", "clusters[1].name"],
    },
    { why: "a list that lacks one", field: "clusters", written: [v1.name], actual: [v1, v3], misses: ["clusters"] },
    {
      why: "what a list contains, in any order",
      field: "clusters",
      written: { contains: [v3.name, v1.name] },
      actual: [v1, v3],
      misses: [],
    },
    {
      why: "what a list does not contain",
      field: "clusters",
      written: { contains: [v1.name, "BlackHoleCluster"] },
      actual: [v1, v3],
      misses: ["clusters"],
    },
    { why: "the empty list", field: "uncertain", written: [], actual: [], misses: [] },
    { why: "the empty list, and one in it", field: "clusters", written: [], actual: [v1], misses: ["clusters"] },
    {
      why: "a header",
      field: "request",
      written: { http: { headers: { glob: ["on"] } } },
      actual: { http: { headers: { glob: ["on"] } } },
      misses: [],
    },
    {
      why: "a header's other value",
      field: "request",
      written: { http: { headers: { glob: ["on"] } } },
      actual: { http: { headers: { glob: ["off"] } } },
      misses: ["request.http.headers.glob[0]"],
    },
    {
      why: "what every object inherits is no header",
      field: "request",
      written: { http: { headers: { constructor: null } } },
      actual: { http: { headers: {} } },
      misses: [],
    },
  ])("$why", ({ field, written, actual, misses }) => {
    expect(fieldsOf(field, written, actual)).toEqual(misses);
  });

  it("has the place of the innermost part that has one", () => {
    expect(matchShape(expectedFields.clusters.shape, [{ weight: 80 }, v3.name], [v1, v3], "clusters")).toEqual([
      { field: "clusters[0].weight", expected: 80, actual: 90, at: "/clusters/1" },
    ]);
  });

  it("says of a list what it lacks", () => {
    expect(matchShape(expectedFields.clusters.shape, { contains: [v1.name, "BlackHoleCluster"] }, [v1], "clusters")).toEqual([
      { field: "clusters", expected: { contains: ["BlackHoleCluster"] }, actual: [v1], at: null },
    ]);
  });
});

describe("globs", () => {
  const word = fc.string({ maxLength: 12 }).map((text) => text.replaceAll("*", ""));

  it("without a star are the text itself", () => {
    fc.assert(fc.property(word, word, (glob, text) => matchesGlob(glob, text) === (glob === text)));
  });

  it("take what stands for their stars, and begin and end as written", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(word), (pieces, fillings) => {
        const text = pieces.map((piece, index) => piece + (index < pieces.length - 1 ? (fillings[index] ?? "") : "")).join("");
        expect(matchesGlob(pieces.join("*"), text)).toBe(true);
      }),
    );
  });

  it.each([
    { glob: "*", text: "", want: true },
    { glob: "a*a", text: "a", want: false },
    { glob: "a*a", text: "aa", want: true },
    { glob: "*|reviews*", text: "outbound|9080||reviews.default", want: true },
    { glob: "*|reviews*", text: "outbound|9080||Reviews.default", want: false },
    { glob: "a*b*c", text: "acb", want: false },
    { glob: "a.c", text: "abc", want: false },
  ])("$glob of $text: $want", ({ glob, text, want }) => {
    expect(matchesGlob(glob, text)).toBe(want);
  });
});
