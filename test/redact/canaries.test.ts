import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { redactFiles } from "../../src/index.js";
import { plantCanaries, readable } from "./canaries.js";

const seed = Number(process.env.CANARY_SEED ?? 1);
const count = Number(process.env.CANARIES ?? 1000);
const dumps = (process.env.CANARY_DUMPS ?? "bookinfo,gateway,registry-only,accesslog-on").split(",");

/** Plants and redacts; the canaries that can still be read. */
function leaksOf(dump: string, own: number, pseudonyms: boolean) {
  const file = readFileSync(dump.includes("/") ? dump : new URL(`../../snapshots/${dump}.json.gz`, import.meta.url));
  const json = JSON.parse((file[0] === 0x1f ? gunzipSync(file) : file).toString("utf8"));
  const { text, canaries } = plantCanaries(json, own, Math.ceil(count / dumps.length));
  const options = pseudonyms ? { pseudonyms: { seed: "bookinfo" } } : {};
  const [redacted] = redactFiles([{ name: dump, bytes: new TextEncoder().encode(text) }], options).files;
  const output = new TextDecoder().decode(redacted?.bytes);
  JSON.parse(output);
  const shown = readable(output);
  return { planted: canaries.length, leaks: canaries.filter(({ core }) => shown.includes(core)) };
}

describe(`of ${count} secrets planted in real dumps (seed ${seed}) none can be read any more`, () => {
  it.each(dumps)("%s", (dump) => {
    const { leaks, planted } = leaksOf(dump, seed + dumps.indexOf(dump), false);
    expect(planted).toBeGreaterThan(0);
    expect(leaks).toEqual([]);
  });

  it("nor with pseudonyms", () => {
    const [dump = ""] = dumps;
    expect(leaksOf(dump, seed + 100, true).leaks).toEqual([]);
  });
});
