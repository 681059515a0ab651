import { describe, expect, it } from "vitest";
import { type HeaderLine, type OwnHeadersContext, writeOwnHeaders } from "../../src/explain/own-headers.js";

type Manager = Parameters<typeof writeOwnHeaders>[0];

const client = { ip: "10.1.2.3", port: 4000 };
const context: OwnHeadersContext = {
  source: client,
  remote: client,
  localPort: 80,
  internal: false,
  certified: false,
  node: { id: "router~10.244.1.9~gateway.default~default", cluster: "gateway.default" },
};

/** The header as it is then: its value, undefined for none, or what is known of its presence. */
function header(name: string, manager: Manager, lines: readonly HeaderLine[] = [], changes: Partial<OwnHeadersContext> = {}) {
  const written = writeOwnHeaders(manager, lines, { ...context, ...changes });
  const values = written.lines.flatMap(([other, value]) => (other === name ? [value] : []));
  return written.unknown.get(name)?.presence ?? (values.length === 0 ? undefined : values.join("|"));
}

const remote = { use_remote_address: true } as const;
const loopback = { source: { ip: "127.0.0.1" }, remote: { ip: "127.0.0.1" } };
const nobody = { because: "the source address is not known", decidedBy: "the request's source" };

// Observed on Envoy 1.36.4 and 1.40.0, but for what is unknown.
describe("x-forwarded-for", () => {
  const given: readonly HeaderLine[] = [["x-forwarded-for", "1.1.1.1, 2.2.2.2"]];
  it.each<[string, Manager, readonly HeaderLine[], Partial<OwnHeadersContext>, string | undefined]>([
    ["is not touched by itself", {}, [], {}, undefined],
    ["gets the client's address with use_remote_address", remote, [], {}, "10.1.2.3"],
    ["gets it behind those that are there", remote, given, {}, "1.1.1.1, 2.2.2.2,10.1.2.3"],
    ["gets it in place of an empty one", remote, [["x-forwarded-for", ""]], {}, "10.1.2.3"],
    ["gets IPv6 in its shortest form", remote, [], { source: { ip: "2001:DB8:0::9" } }, "2001:db8::9"],
    ["is left alone with skip_xff_append", { ...remote, skip_xff_append: true }, given, {}, "1.1.1.1, 2.2.2.2"],
    ["gets some address for a client on loopback", remote, given, loopback, "present"],
    ["gets that of another address of the loopback range", remote, [], { source: { ip: "127.0.0.5" } }, "127.0.0.5"],
    ["gets one that is not known where the client's is not", remote, [], { source: undefined }, "present"],
  ])("%s", (_, manager, lines, changes, want) => expect(header("x-forwarded-for", manager, lines, changes)).toBe(want));
});

describe("x-envoy-external-address", () => {
  const given: readonly HeaderLine[] = [["x-envoy-external-address", "9.9.9.9"]];
  it.each<[string, Manager, Partial<OwnHeadersContext>, string | undefined]>([
    ["is believed without use_remote_address", {}, {}, "9.9.9.9"],
    ["is the client's address with it", remote, {}, "10.1.2.3"],
    ["is the address that trusted hops tell", remote, { remote: { ip: "1.1.1.1" } }, "1.1.1.1"],
    ["is believed of an internal request", remote, { internal: true }, "9.9.9.9"],
    ["may be there where it is not known whether it is one", remote, { internal: nobody }, "unknown"],
    ["is there where the client's address is not known", remote, { remote: nobody }, "present"],
  ])("%s", (_, manager, changes, want) => expect(header("x-envoy-external-address", manager, given, changes)).toBe(want));
});

describe("x-forwarded-port", () => {
  const port = { append_x_forwarded_port: true } as const;
  it.each<[string, Manager, readonly HeaderLine[], string | undefined]>([
    ["is not written by itself", remote, [], undefined],
    ["is the port dialled", port, [], "80"],
    ["is the client's where there is one", port, [["x-forwarded-port", "77"]], "77"],
    ["is the client's even if empty", port, [["x-forwarded-port", ""]], ""],
    ["is overwritten where nobody in front is trusted", { ...port, ...remote }, [["x-forwarded-port", "77"]], "80"],
    ["is the client's behind a trusted hop", { ...port, ...remote, xff_num_trusted_hops: 1 }, [["x-forwarded-port", "77"]], "77"],
  ])("%s", (_, manager, lines, want) => expect(header("x-forwarded-port", manager, lines)).toBe(want));
});

describe("x-forwarded-client-cert", () => {
  const given: readonly HeaderLine[] = [["x-forwarded-client-cert", "By=x"]];
  it.each<[Manager["forward_client_cert_details"], boolean, string | undefined]>([
    [undefined, true, undefined],
    ["FORWARD_ONLY", false, undefined],
    ["FORWARD_ONLY", true, "By=x"],
    ["ALWAYS_FORWARD_ONLY", false, "By=x"],
    ["APPEND_FORWARD", false, undefined],
    ["APPEND_FORWARD", true, "present"],
    ["SANITIZE_SET", false, undefined],
    ["SANITIZE_SET", true, "present"],
  ])("%s, certificate shown: %s", (details, certified, want) => {
    const manager = details === undefined ? {} : { forward_client_cert_details: details };
    expect(header("x-forwarded-client-cert", manager, given, { certified })).toBe(want);
  });
});

describe("via, and the proxy's own name", () => {
  it("via is joined to the client's", () => {
    expect(header("via", {}, [["via", "1.1 edge"]])).toBe("1.1 edge");
    expect(header("via", { via: "gateway" })).toBe("gateway");
    expect(header("via", { via: "gateway" }, [["via", "1.1 edge"]])).toBe("1.1 edge, gateway");
    expect(header("via", { via: "gateway" }, [["via", ""]])).toBe("gateway");
  });

  it("add_user_agent names the node", () => {
    const named = { add_user_agent: true } as const;
    expect(header("user-agent", {})).toBeUndefined();
    expect(header("user-agent", named)).toBe("gateway.default");
    expect(header("user-agent", named, [["user-agent", "curl"]])).toBe("curl");
    expect(header("x-envoy-downstream-service-cluster", named, [["x-envoy-downstream-service-cluster", "c"]])).toBe("gateway.default");
    expect(header("x-envoy-downstream-service-node", named)).toBe(context.node.id);
    expect(header("x-envoy-downstream-service-node", named, [], { node: { id: "", cluster: "gateway.default" } })).toBeUndefined();
  });
});
