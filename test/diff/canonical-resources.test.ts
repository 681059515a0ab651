import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { canonicalResources, readSnapshot, renderCanonicalText } from "../../src/index.js";
import type { Json } from "../../src/util/json.js";
import { runInMemory } from "../cli/memory-io.js";
import { dumpOf } from "./dump.js";
import { readDumps } from "./mutations/dump-files.js";
import { anotherWriting } from "./mutations/writings.js";

const textOf = (json: Json): string =>
  renderCanonicalText(canonicalResources(readSnapshot(new TextEncoder().encode(JSON.stringify(json))).snapshot));

describe("canonicalResources", () => {
  it.each(readDumps([fileURLToPath(new URL("../../snapshots", import.meta.url))]))("are those of another writing of $file", ({ json }) => {
    for (const seed of [1, 2]) expect(textOf(anotherWriting(json, seed).json)).toBe(textOf(json));
  });

  it("show no secret", () => {
    const secret = { name: "vault", generic_secret: { secret: { inline_string: "swordfish" } } };
    expect(textOf(dumpOf({ secrets: [secret] }))).not.toContain("swordfish");
  });
});

describe("xdsight textconv", () => {
  it("prints a heading each, and what is below it indented", async () => {
    const cluster = (timeout: string) => ({ name: "zipkin", type: "EDS", connect_timeout: timeout });
    const files = { "dump.json": JSON.stringify(dumpOf({ clusters: [cluster("1.000s")], bootstrap: { node: { id: "sleep" } } })) };
    const { status, out } = await runInMemory(["textconv", "dump.json", "-q"], files);
    expect(status).toBe(0);
    expect(out).toBe(`cluster zipkin
  {
    "connect_timeout": "1s",
    "name": "zipkin",
    "type": "EDS"
  }
bootstrap
  {
    "node": {
      "id": "sleep"
    }
  }
`);
  });
});
