import { describe, expect, it } from "vitest";
import { layOverNewer, packagedTypeName } from "../../src/build/lay-over.mjs";

const cluster = {
  edition: "proto3",
  oneofs: { discovery: { oneof: ["type"] } },
  fields: { name: { type: "string", id: 1 }, type: { type: ".bookinfo.v3.Cluster.Type", id: 2 } },
  nested: { Type: { edition: "proto3", values: { STATIC: 0, EDS: 1 } } },
};

function layOver(newer: object, name = "bookinfo.v3.Cluster") {
  const descriptors = new Map<string, object>([
    ["bookinfo.v3.Cluster", cluster],
    [`xdsight.newer.${name}`, newer],
  ]);
  layOverNewer(descriptors);
  return Object.fromEntries(descriptors);
}

describe("layOverNewer", () => {
  it("adds a field, and one to a oneof", () => {
    const jitter = { type: ".google.protobuf.Duration", id: 3 };
    const custom = { type: "string", id: 4 };
    const laid = layOver({ edition: "proto3", oneofs: { discovery: { oneof: ["custom"] } }, fields: { jitter, custom } });
    expect(laid).toEqual({
      "bookinfo.v3.Cluster": {
        ...cluster,
        oneofs: { discovery: { oneof: ["type", "custom"] } },
        fields: { ...cluster.fields, jitter, custom },
      },
    });
  });

  it("leaves a oneof that must be set one that must", () => {
    const required = { ...cluster, oneofs: { discovery: { oneof: ["type"], required: true } } };
    const descriptors = new Map<string, object>([
      ["bookinfo.v3.Cluster", required],
      [
        "xdsight.newer.bookinfo.v3.Cluster",
        { edition: "proto3", oneofs: { discovery: { oneof: ["custom"] } }, fields: { custom: { type: "string", id: 4 } } },
      ],
    ]);
    layOverNewer(descriptors);
    expect(descriptors.get("bookinfo.v3.Cluster")).toMatchObject({ oneofs: { discovery: { oneof: ["type", "custom"], required: true } } });
  });

  it("adds a value to a nested enum, and a nested type", () => {
    const Policy = { edition: "proto3", fields: {} };
    const laid = layOver({ edition: "proto3", fields: {}, nested: { Type: { edition: "proto3", values: { STATIC: 0, DNS: 2 } }, Policy } });
    expect(laid).toMatchObject({ "bookinfo.v3.Cluster": { nested: { Type: { values: { STATIC: 0, EDS: 1, DNS: 2 } }, Policy } } });
  });

  it("replaces a field whose type has changed", () => {
    const name = { type: "bytes", id: 1 };
    expect(layOver({ edition: "proto3", fields: { name } })).toMatchObject({ "bookinfo.v3.Cluster": { fields: { name } } });
  });

  it("makes a type of what the package lacks", () => {
    const subset = { edition: "proto3", fields: {} };
    expect(layOver(subset, "bookinfo.v3.Subset")).toEqual({ "bookinfo.v3.Cluster": cluster, "bookinfo.v3.Subset": subset });
  });

  it.each([
    ["a field that the package has", { fields: { name: { type: "string", id: 1 } } }, "bookinfo.v3.Cluster.name is in the package already"],
    ["a number that another field has", { fields: { jitter: { type: "string", id: 2 } } }, "jitter has the number of type"],
    ["values that the package has", { fields: {}, nested: { Type: { values: { STATIC: 0, EDS: 1 } } } }, "Type are in the package already"],
    ["a value with another number", { fields: {}, nested: { Type: { values: { EDS: 0, DNS: 2 } } } }, "EDS has another number"],
    ["an enum over a message", { values: { STATIC: 0 } }, "is a message in one place and an enum in the other"],
  ])("refuses %s", (_, newer, message) => {
    expect(() => layOver(newer)).toThrow(message);
  });
});

describe("packagedTypeName", () => {
  it.each([
    [".xdsight.newer.envoy.config.core.v3.TlvEntry", ".envoy.config.core.v3.TlvEntry"],
    [".envoy.config.core.v3.Address", ".envoy.config.core.v3.Address"],
    [".istio.xdsight.newer.Config", ".istio.xdsight.newer.Config"],
  ])("%s → %s", (written, packaged) => {
    expect(packagedTypeName(written)).toBe(packaged);
  });
});
