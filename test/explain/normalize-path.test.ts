import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NormalizedPath, normalizePath } from "../../src/explain/normalize-path.js";

type Rules = Parameters<typeof normalizePath>[1];
const normalize: Rules = { normalize_path: true };
const merge: Rules = { merge_slashes: true };
const pathOf = (normalized: NormalizedPath) => (normalized.kind === "path" ? normalized.path : normalized.kind);

describe("a path as matchers see it", () => {
  it.each<[string, string, Rules, string]>([
    ["no rule", "/a/../b//c%2fd", {}, "/a/../b//c%2fd"],
    ["dot segments", "/a/./b/../c", normalize, "/a/c"],
    ["dot segments at the end", "/a/b/..", normalize, "/a/"],
    ["dots above the root", "/../../a", normalize, "/a"],
    ["encoded dots", "/a/%2e%2E/b", normalize, "/b"],
    ["three dots are a name", "/a/.../b", normalize, "/a/.../b"],
    ["unreserved characters are decoded", "/%61%7Eb", normalize, "/a~b"],
    ["others stay encoded", "/%2F%20%5c", normalize, "/%2F%20%5c"],
    ["what is no escape stays", "/%zz", normalize, "/%zz"],
    ["a backslash becomes a slash", "/a\\b", normalize, "/a/b"],
    ["eight characters are encoded", '/"<>^`{|}', normalize, "/%22%3C%3E%5E%60%7B%7C%7D"],
    ["double slashes stay", "/a//b", normalize, "/a//b"],
    ["the query stays", "/a/../b?c=/../%61//", { ...normalize, ...merge }, "/b?c=/../%61//"],
    ["slashes are merged", "//a///b/", merge, "/a/b/"],
    ["nothing but slashes", "////", merge, "//"],
    ["one slash", "/", merge, "/"],
    ["dots before slashes", "/a//../b", { ...normalize, ...merge }, "/a/b"],
    ["a NUL", "/a%00b", normalize, "rejected"],
    ["a NUL without the rule", "/a%00b", merge, "/a%00b"],
    ["parameters of a dot segment", "/a/..;v=1/b", normalize, "/b"],
    ["escaped slashes kept", "/a%2fb", { path_with_escaped_slashes_action: "KEEP_UNCHANGED" }, "/a%2fb"],
    ["escaped slashes rejected", "/a%5Cb", { path_with_escaped_slashes_action: "REJECT_REQUEST" }, "rejected"],
    ["escaped slashes in the query", "/a?b=%2f", { path_with_escaped_slashes_action: "REJECT_REQUEST" }, "/a?b=%2f"],
    ["escaped slashes decoded first", "/a%2f..%5cb", { ...normalize, path_with_escaped_slashes_action: "UNESCAPE_AND_FORWARD" }, "/b"],
    ["escaped slashes redirected", "/a%2fb?c", { path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT" }, "redirected"],
    ["nothing to redirect for", "/a/b", { path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT" }, "/a/b"],
  ])("%s", (_, target, rules, want) => expect(pathOf(normalizePath(target, rules, null, false))).toBe(want));

  it("says where a redirect leads", () => {
    const rules: Rules = { path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT" };
    expect(normalizePath("/a%2Fb?c=%2f", rules, null, false)).toEqual({ kind: "redirected", path: "/a/b?c=%2f" });
  });

  it("says which rules changed it", () => {
    const rules: Rules = { ...normalize, ...merge, path_with_escaped_slashes_action: "UNESCAPE_AND_FORWARD" };
    const changedBy = (path: string) => {
      const normalized = normalizePath(path, rules, null, false);
      return normalized.kind === "path" ? normalized.changedBy : [];
    };
    expect(changedBy("/a/b")).toEqual([]);
    expect(changedBy("/a//b")).toEqual(["merge_slashes"]);
    expect(changedBy("/a%2f/./b")).toEqual(["path_with_escaped_slashes_action", "normalize_path", "merge_slashes"]);
  });

  it("takes the runtime's word only where the manager says nothing", () => {
    expect(pathOf(normalizePath("/a/../b", {}, null, true))).toBe("/b");
    expect(pathOf(normalizePath("/a/../b", { normalize_path: false }, null, true))).toBe("/a/../b");
  });

  it("took parameters for a part of the segment before 1.39.1", () => {
    expect(pathOf(normalizePath("/a/..;v=1/b", normalize, { major: 1, minor: 39, patch: 0 }, false))).toBe("/a/..;v=1/b");
    expect(pathOf(normalizePath("/a/..;v=1/b", normalize, { major: 1, minor: 39, patch: 1 }, false))).toBe("/b");
  });

  it("is settled after one pass, path parameters apart (an escaped dot before one is only decoded)", () => {
    const targets = fc.array(fc.constantFrom("/", ".", "..", "a", "%2e", "%2f", "%61", "%25", "\\", "?", "{"), { maxLength: 12 });
    fc.assert(
      fc.property(targets, fc.constantFrom(normalize, merge, { ...normalize, ...merge }), (parts, rules) => {
        const once = pathOf(normalizePath(`/${parts.join("")}`, rules, null, false));
        expect(pathOf(normalizePath(once, rules, null, false))).toBe(once);
      }),
    );
  });
});
