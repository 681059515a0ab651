import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { brokenRules } from "../../src/envoy-filter/broken-rules.js";
import { isJsonObject, type Json, type JsonObject } from "../../src/util/json.js";
import { packed, proxyType } from "./bookinfo.js";
import { canonical } from "./istio-case.js";

const broken = (type: string, message: JsonObject, before?: JsonObject): readonly string[] =>
  [...brokenRules(type, canonical(type, message), before)].map(({ at, message: words }) => `${at}: ${words}`);

const cluster = "envoy.config.cluster.v3.Cluster";
const route = "envoy.config.route.v3.Route";
const host = "envoy.config.route.v3.VirtualHost";
const header = "envoy.config.core.v3.HeaderValue";
const protocols = "envoy.config.core.v3.Http2ProtocolOptions";

describe("a rule of Envoy's definitions", () => {
  it.each([
    ["a name", cluster, { name: "a" }, []],
    ["no name", cluster, {}, ["/name: name must not be empty"]],
    ["a duration above 0", cluster, { name: "a", connect_timeout: "0.001s" }, []],
    ["a duration of 0", cluster, { name: "a", connect_timeout: "0s" }, ["/connect_timeout: connect_timeout must be more than 0s"]],
    ["a number within its bounds", protocols, { initial_stream_window_size: 65535 }, []],
    [
      "a number below them",
      protocols,
      { initial_stream_window_size: 65534 },
      ["/initial_stream_window_size: initial_stream_window_size must be at least 65535"],
    ],
    [
      "a number above them",
      protocols,
      { initial_stream_window_size: 2147483648 },
      ["/initial_stream_window_size: initial_stream_window_size must be at most 2147483647"],
    ],
    ["a number that is not set", protocols, {}, []],
    ["a wrapped number of 0", protocols, { max_outbound_frames: 0 }, ["/max_outbound_frames: max_outbound_frames must be at least 1"]],
    ["a list with an entry", host, { name: "a", domains: ["*"] }, []],
    ["a list without", host, { name: "a" }, ["/domains: domains needs 1 entry"]],
    ["an unknown number of an enum", cluster, { name: "a", lb_policy: 77 }, ["/lb_policy: lb_policy has no value 77"]],
    ["a oneof", route, { match: { prefix: "/" }, redirect: {} }, []],
    [
      "a oneof of which nothing is set",
      route,
      { match: { prefix: "/" } },
      [": Route needs one of route, redirect, direct_response, filter_action, non_forwarding_action"],
    ],
    ["a message that must be set", route, { redirect: {} }, ["/match: match must be set"]],
    ["a header's name", header, { key: "x-books" }, []],
    ["a line break in a header's name", header, { key: "x\nbooks" }, ["/key: key must hold no line break"]],
    [
      "what an Any holds",
      "envoy.config.listener.v3.Filter",
      { name: "a", typed_config: packed(proxyType, { cluster: "a" }) },
      ["/typed_config/stat_prefix: stat_prefix must not be empty"],
    ],
    [
      "what an Any of an unknown type holds",
      "envoy.config.listener.v3.Filter",
      { name: "a", typed_config: packed("acme.Sauce", { name: 1 }) },
      [],
    ],
  ])("%s", (_, type, message, want) => expect(broken(type, message)).toEqual(want));

  it("is asked only of what has changed", () => {
    const before = canonical(host, { domains: [], retry_policy: { num_retries: 1 } });
    expect([...brokenRules(host, before, before)]).toEqual([]);
    expect([...brokenRules(host, { ...before, require_tls: "ALL" }, before)]).toEqual([]);
    expect([...brokenRules(host, { ...before, name: "" }, { ...before, name: "a" })].map(({ at }) => at)).toEqual(["/name"]);
  });
});

/** The resources in a dump that its Envoy has taken: those that are active or static. */
function* acceptedIn(dump: Json): Generator<JsonObject> {
  const configs = isJsonObject(dump) && Array.isArray(dump.configs) ? dump.configs : [];
  for (const config of configs.filter(isJsonObject)) {
    for (const entry of Object.values(config).flat().filter(isJsonObject)) {
      for (const holder of [entry, entry.active_state]) {
        if (!isJsonObject(holder)) continue;
        for (const key of ["listener", "cluster", "route_config"]) if (isJsonObject(holder[key])) yield holder[key];
      }
    }
  }
}

const snapshots = new URL("../../snapshots/", import.meta.url);
const dumps = readdirSync(snapshots).filter((name) => name.endsWith(".json.gz"));

it.each(dumps)("what the Envoy of %s has taken breaks no rule", (name) => {
  const dump = JSON.parse(gunzipSync(readFileSync(new URL(name, snapshots))).toString());
  const found = [...acceptedIn(dump)].flatMap((resource) => [...brokenRules("google.protobuf.Any", canonical("", resource), undefined)]);
  // Envoy has given up this rule since the definitions that xdsight is built with.
  expect(found.filter(({ at }) => !at.endsWith("/typed_dns_resolver_config/typed_config/resolvers"))).toEqual([]);
});
