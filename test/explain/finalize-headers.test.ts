import { describe, expect, it } from "vitest";
import { finalizeRequestHeaders, finalizeResponseHeaders, operatorsOf, type RouteLevels } from "../../src/explain/finalize-headers.js";
import { headerValues, requestHeaders } from "../../src/match/request-headers.js";

const mutations = (level: string) => ({
  request_headers_to_add: [
    { header: { key: "x-level", value: level } },
    { header: { key: "x-wins", value: level }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" as const },
  ],
  response_headers_to_add: [{ header: { key: "x-level", value: level } }],
});
const levels: RouteLevels = {
  configuration: mutations("configuration"),
  virtualHost: mutations("virtual-host"),
  route: mutations("route"),
  entry: mutations("entry"),
};
const inwards: RouteLevels = { ...levels, configuration: { ...levels.configuration, most_specific_header_mutations_wins: true } };
const nothing = requestHeaders([], "http/1.1");
const requestOf = (given: RouteLevels) => finalizeRequestHeaders(given, nothing, new Map());
const responseOf = (given: RouteLevels) => finalizeResponseHeaders(given, nothing, nothing, new Map());

// Observed on Envoy 1.36.4 and 1.40.0.
describe("the order of the levels", () => {
  it.each([
    ["from the weighted entry outwards", levels, ["entry", "route", "virtual-host", "configuration"], "configuration"],
    ["the entry, then inwards", inwards, ["entry", "configuration", "virtual-host", "route"], "route"],
    ["without an entry", { ...levels, entry: null }, ["route", "virtual-host", "configuration"], "configuration"],
  ])("%s", (_, given, order, winner) => {
    expect(headerValues(requestOf(given), "x-level")).toEqual(order);
    expect(headerValues(requestOf(given), "x-wins")).toEqual([winner]);
    expect(headerValues(responseOf(given), "x-level")).toEqual(order);
  });

  it("lets a response's formats see the request's headers and what the response has by then", () => {
    const route = { response_headers_to_add: [{ header: { key: "x-seen", value: "%REQ(end-user)% %RESP(server)%" } }] };
    const response = requestHeaders([["server", "reviews"]], "http/1.1");
    const request = requestHeaders([["end-user", "jason"]], "http/1.1");
    const finalized = finalizeResponseHeaders({ configuration: {}, virtualHost: {}, route, entry: null }, response, request, new Map());
    expect(headerValues(finalized, "x-seen")).toEqual(["jason reviews"]);
  });
});

describe("the operators that are known", () => {
  const connection = {
    serverName: "Reviews.Example",
    transportProtocol: "tls",
    applicationProtocols: [],
    destination: { ip: "10.96.0.11", port: 9080 },
    source: { ip: "10.244.1.5", port: 51_234 },
    directSource: { ip: "fd00::9" },
  };
  const sources = {
    connection,
    version: "h2",
    remote: { ip: "10.244.1.5", port: 51_234 },
    route: { name: "canary" },
  } as const;
  it.each([
    ["PROTOCOL", "HTTP/2"],
    ["REQUESTED_SERVER_NAME", "reviews.example"],
    ["ROUTE_NAME", "canary"],
    ["DOWNSTREAM_REMOTE_ADDRESS", "10.244.1.5:51234"],
    ["DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "10.244.1.5"],
    ["DOWNSTREAM_REMOTE_PORT", "51234"],
    ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", "fd00::9"],
    ["DOWNSTREAM_LOCAL_ADDRESS", "10.96.0.11:9080"],
    ["DOWNSTREAM_LOCAL_PORT", "9080"],
  ])("%s", (name, want) => expect(operatorsOf(sources).get(name)).toBe(want));

  it("leaves open what the connection does not tell", () => {
    const unknown = operatorsOf({ ...sources, remote: { because: "the source address is not known", decidedBy: "the request's source" } });
    expect(unknown.get("DOWNSTREAM_REMOTE_ADDRESS")).toHaveProperty("because");
    expect(operatorsOf(sources).get("DOWNSTREAM_DIRECT_REMOTE_PORT")).toHaveProperty("because");
    expect(operatorsOf(sources).has("HOSTNAME")).toBe(false);
  });
});
