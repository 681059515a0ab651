import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/usage-error.js";
import { showResources } from "../../src/query/show-resources.js";
import { decodeUtf8 } from "../../src/util/utf8.js";
import { dumpFixture, listenerDump, snapshotOf } from "../list/dump-fixture.js";
import { inflatedFixture } from "../read/dump-text.js";

describe("showResources", () => {
  const rejected = dumpFixture("listeners-rejected");

  it("shows a resource byte for byte", () => {
    const [shown] = showResources(rejected, { kind: "listener" }).resources;
    expect(decodeUtf8(inflatedFixture("listeners-rejected.json.gz"))).toContain(shown?.text);
    expect(JSON.parse(shown?.text ?? "")).toMatchObject({ name: shown?.name });
  });

  it("keeps the file's spelling of numbers, its order and its duplicates", () => {
    const text = listenerDump({}).replace('"name":"reviews-gateway"', '"name":"reviews-gateway","10":1e3,"2":9007199254740993,"2":1.0');
    expect(showResources(snapshotOf(text), { kind: "listener", name: "reviews-gateway" }).resources[0]?.text).toContain(
      '"10":1e3,"2":9007199254740993,"2":1.0',
    );
  });

  it("shows every state of a name, or one", () => {
    const name = rejected.resources("listener").find(({ state, name }) => state === "error" && name !== "")?.name ?? "";
    expect(new Set(showResources(rejected, { kind: "listener", name }).resources.map(({ state }) => state))).toEqual(
      new Set(["active", "error"]),
    );
    expect(showResources(rejected, { kind: "listener", name, state: "active" }).resources).toHaveLength(1);
    expect(() => showResources(rejected, { kind: "listener", name, state: "draining" })).toThrow(/there are: active, error/);
  });

  it("names the nearest where there is none", () => {
    expect(() => showResources(rejected, { kind: "listener", name: "0.0.0.0_8001" })).toThrow(UsageError);
    expect(() => showResources(rejected, { kind: "listener", name: "0.0.0.0_8001" })).toThrow(/did you mean 0\.0\.0\.0_8000, /);
    expect(() => showResources(rejected, { kind: "scoped_route", name: "reviews" })).toThrow(/holds no scoped routes/);
  });

  it("decodes with defaults and names what it does not know", () => {
    const snapshot = snapshotOf(
      listenerDump({ statPrefix: "reviews", phase_of_moon: "full", address: { socketAddress: { address: "0.0.0.0", portValue: 80 } } }),
    );
    const { resources, problems } = showResources(snapshot, { kind: "listener", decoded: true });
    expect(JSON.parse(resources[0]?.text ?? "")).toMatchObject({
      stat_prefix: "reviews",
      traffic_direction: "UNSPECIFIED",
      enable_mptcp: false,
      address: { socket_address: { protocol: "TCP", address: "0.0.0.0", port_value: 80, resolver_name: "", ipv4_compat: false } },
      phase_of_moon: "full",
    });
    expect(problems).toMatchObject([{ code: "unknown-field", at: "/configs/0/static_listeners/0/listener/phase_of_moon" }]);
  });
});
