import { describe, expect, it } from "vitest";
import { matchesUriTemplate, parseUriTemplate, rewriteUriTemplate } from "../../src/match/uri-template.js";

describe("matchesUriTemplate", () => {
  it.each([
    { why: "a variable is one segment", template: "/u/{id}", path: "/u/42", want: true },
    { why: "not two", template: "/u/{id}", path: "/u/42/x", want: false },
    { why: "and not none", template: "/u/{id}", path: "/u/", want: false },
    { why: "a star likewise", template: "/u/*/x", path: "/u/42/x", want: true },
    { why: "two stars take the rest", template: "/u/{id}/**", path: "/u/1/x/y", want: true },
    { why: "which may be empty", template: "/u/{id}/**", path: "/u/1/", want: true },
    { why: "but not without its slash", template: "/u/{id}/**", path: "/u/1", want: false },
    { why: "a variable of the rest with a suffix", template: "/t2/{a=**}.mp4", path: "/t2/x/y.mp4", want: true },
    { why: "an empty rest with a suffix", template: "/t2/{a=**}.mp4", path: "/t2/.mp4", want: true },
    { why: "the dot is a dot", template: "/t2/{a=**}.mp4", path: "/t2/xmp4", want: false },
    { why: "a variable with a pattern", template: "/{b=v1/*}/x", path: "/v1/reviews/x", want: true },
    { why: "a variable with another pattern", template: "/{b=v1/*}/x", path: "/v2/reviews/x", want: false },
    { why: "text before a variable", template: "/v{v}/x", path: "/v2/x", want: true },
    { why: "a trailing slash matters", template: "/a/", path: "/a", want: false },
    { why: "case matters", template: "/A", path: "/a", want: false },
    { why: "a star takes no asterisk", template: "/*", path: "/a*", want: false },
    { why: "nor what no segment may hold", template: "/*", path: '/a"b', want: false },
    { why: "but what it may", template: "/*", path: "/a-._~%20!$&'()+,;:@=", want: true },
  ])("$why: $template and $path", ({ template, path, want }) => expect(matchesUriTemplate(template, path)).toBe(want));

  it("does not decide what is no template", () => {
    expect(parseUriTemplate("/{")).toBeUndefined();
    expect(parseUriTemplate("no-slash")).toBeUndefined();
    expect(matchesUriTemplate("/{1}", "/a")).toMatchObject({ decidedBy: "Envoy" });
  });
});

describe("rewriteUriTemplate", () => {
  it.each([
    { template: "/api/{user}/{rest=**}", rewrite: "/{rest}/of/{user}", path: "/api/jason/a/b", want: "/a/b/of/jason" },
    { template: "/api/{user}", rewrite: "/fixed", path: "/api/jason", want: "/fixed" },
    { template: "/api/{user}", rewrite: "/{nobody}", path: "/api/jason", want: undefined },
    { template: "/api/{user}", rewrite: "/{user}", path: "/other", want: undefined },
  ])("$template to $rewrite for $path", ({ template, rewrite, path, want }) => {
    expect(rewriteUriTemplate(template, rewrite, path)).toBe(want);
  });
});
