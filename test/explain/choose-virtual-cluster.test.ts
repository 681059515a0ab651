import { describe, expect, it } from "vitest";
import { chooseVirtualCluster } from "../../src/explain/choose-virtual-cluster.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import { requestHeaders } from "../../src/match/request-headers.js";

const behaviour = behaviourOf(null);
const rating = [
  { name: ":path", string_match: { safe_regex: { regex: "^/ratings/\\d+$" } } },
  { name: ":method", string_match: { exact: "PUT" } },
];
const virtualHost = {
  name: "ratings",
  virtual_clusters: [
    { name: "rate", headers: rating },
    { name: "ratings", headers: rating.slice(0, 1) },
  ],
};
const choose = (method: string, path: string) =>
  chooseVirtualCluster(
    virtualHost,
    requestHeaders(
      [
        [":method", method],
        [":path", path],
      ],
      "http/1.1",
    ),
    behaviour,
  );

describe("the virtual cluster", () => {
  it.each([
    ["the first whose headers all match", "PUT", "/ratings/0", "rate"],
    ["the next, where one does not", "GET", "/ratings/0", "ratings"],
    ["other, where none does", "PUT", "/ratings/zero", "other"],
  ])("%s", (_, method, path, want) => expect(choose(method, path)).toBe(want));

  it("is none where the virtual host has none", () => {
    expect(chooseVirtualCluster({ name: "reviews" }, requestHeaders([], "http/1.1"), behaviour)).toBeNull();
  });

  it("is not known where a matcher before the first match is not decided", () => {
    const open = { presence: "unknown" as const, because: "a filter sets it", decidedBy: "the filter" };
    const headers = requestHeaders([[":path", "/ratings/0"]], "http/1.1", new Map([[":method", open]]));
    expect(chooseVirtualCluster(virtualHost, headers, behaviour)).toMatchObject({ outcome: "undecided", because: open.because });
  });
});
