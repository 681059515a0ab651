import { describe, expect, it } from "vitest";
import { type SubstitutionContext, substituteFormat } from "../../src/explain/substitute-format.js";
import { requestHeaders } from "../../src/match/request-headers.js";

const made = { because: "Envoy makes it up for each request", decidedBy: "the request id" };
const request = requestHeaders(
  [
    [":path", "/reviews/0"],
    [":authority", "reviews:9080"],
    ["end-user", "jason"],
    ["x-lot", "1"],
    ["x-lot", "2"],
    ["x-empty", ""],
  ],
  "http/1.1",
  new Map([["x-request-id", { presence: "present" as const, ...made }]]),
);
const context: SubstitutionContext = {
  request,
  operators: new Map([
    ["PROTOCOL", "HTTP/1.1"],
    ["ROUTE_NAME", ""],
  ]),
  absent: "",
};

// Every row is an observation on Envoy 1.40.0.
describe("a format string", () => {
  it.each<[string, string, string]>([
    ["plain text", "v1", "v1"],
    ["nothing", "", ""],
    ["a percent sign", "100%%", "100%"],
    ["a header", "%REQ(end-user)%", "jason"],
    ["a header by its newer operator", "%REQUEST_HEADER(end-user)%", "jason"],
    ["a name in any case", "%REQ(End-User)%", "jason"],
    ["pseudo headers", "%REQ(:authority)%%REQ(:PATH)%", "reviews:9080/reviews/0"],
    ["Host for the authority", "%REQ(host)%", "reviews:9080"],
    ["an absent header", "a%REQ(absent)%b", "ab"],
    ["another header for an absent one", "%REQ(absent?end-user)%", "jason"],
    ["another header is not asked for an empty one", "%REQ(x-empty?end-user)%", ""],
    ["two absent headers", "%REQ(absent?gone)%", ""],
    ["the first of several lines", "%REQ(x-lot)%", "1"],
    ["a length", "%REQ(end-user):3%", "jas"],
    ["a length of nothing", "%REQ(end-user):0%", ""],
    ["an operator without an argument", "%PROTOCOL%", "HTTP/1.1"],
    ["an operator without a value", "[%ROUTE_NAME%]", "[]"],
    ["a response header while there is no response", "[%RESP(x-upstream)%]", "[]"],
  ])("%s", (_, format, want) => expect(substituteFormat(format, context)).toBe(want));

  it("writes a dash for what is absent, where the caller says so", () => {
    const dashed = { ...context, absent: "-" as const };
    expect(substituteFormat("x%REQ(absent)%y%ROUTE_NAME%", dashed)).toBe("x-y-");
    expect(substituteFormat("%REQ(x-empty)%", dashed)).toBe("");
  });

  it("knows the response's headers once there is one", () => {
    const response = requestHeaders([["x-upstream", "reviews-v2"]], "http/1.1");
    expect(substituteFormat("%RESP(x-upstream)%, %RESP(absent)%", { ...context, response })).toBe("reviews-v2, ");
  });

  it.each([
    ["an operator that nothing here knows", "at %START_TIME%", "%START_TIME% is not known offline"],
    ["one with an argument", "%ENVIRONMENT(HOME)%", "%ENVIRONMENT(HOME)% is not known offline"],
    ["a header that is not known", "%REQ(x-request-id)%", made.because],
    ["the alternative that is not known", "%REQ(absent?x-request-id)%", made.because],
    ["a lonely percent sign", "50% off", 'the format "50% off" is not understood from its character 2'],
  ])("is unknown by %s", (_, format, because) => expect(substituteFormat(format, context)).toMatchObject({ because }));

  it("is read in linear time, whatever it is", () => {
    const format = "%REQ(".repeat(50_000);
    expect(substituteFormat(format, context)).toHaveProperty("because");
  });
});
