import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readTar } from "../../src/util/tar.js";
import { writeTar } from "../../src/util/write-tar.js";
import { runInMemory } from "../cli/memory-io.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bookinfo = new Uint8Array(gunzipSync(readFileSync(new URL("../../snapshots/bookinfo.json.gz", import.meta.url))));
const secret = "AKIAIOSFODNN7EXAMPLE";
const dump = JSON.stringify({
  configs: [
    {
      "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump",
      version_info: secret,
      dynamic_active_clusters: [
        {
          cluster: {
            "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
            name: "outbound|9080|v1|reviews.shop.svc.cluster.local",
          },
        },
      ],
    },
  ],
});

/** Runs the command line; what it printed, and the files that it wrote. */
async function run(argv: readonly string[], files: Readonly<Record<string, Uint8Array | string>>) {
  const written: Record<string, Uint8Array> = {};
  return { ...(await runInMemory(["redact", ...argv], files, {}, written)), written };
}

describe("xdsight redact", () => {
  it("writes one file, and says on standard error what it removed, and where", async () => {
    const { status, out, err, written } = await run(["dump.json", "-o", "shared.json"], { "dump.json": dump });
    expect({ status, out }).toEqual({ status: 0, out: "" });
    expect(decode(written["shared.json"])).toBe(dump.replace(secret, "[redacted-1]"));
    expect(err).toBe("dump.json: redacted in 1 place\n  key of a service [cloud-key], 1 place\n      /configs/0/version_info\n");
  });

  it("writes several files, and those of a folder, into one", async () => {
    const files = { "before.json": dump, "all/pods/after.json": dump };
    const { written, err } = await run(["before.json", "all", "-o", "shared/", "-q"], files);
    expect({ written: Object.keys(written), err }).toEqual({ written: ["shared/before.json", "shared/pods/after.json"], err: "" });
  });

  it("renames, keeps the way back, and goes it", async () => {
    const { written } = await run(["dump.json", "-o", "shared.json", "--pseudonyms", "--seed", "bookinfo", "--map", "names.json"], {
      "dump.json": dump,
    });
    const shared = decode(written["shared.json"]);
    expect(shared).toMatch(/"name":"outbound\|9080\|v1\|x\w{10}\.x\w{10}\.svc\.cluster\.local"/);
    const map = decode(written["names.json"]);
    const back = await run(["--unmap", "names.json", "-"], {
      "names.json": map,
      "-": `look at ${/x\w{10}\.x\w{10}/.exec(shared)?.[0]}, v1`,
    });
    expect(back.out).toBe("look at reviews.shop, v1");
  });

  it.each([
    { why: "something is to hide", text: dump, status: 1 },
    { why: "nothing is", text: dump.replace(secret, "7"), status: 0 },
    { why: "it was hidden", text: dump.replace(secret, "[redacted-1]"), status: 0 },
  ])("--check: $status where $why", async ({ text, status }) => {
    const ran = await run(["--check", "dump.json"], { "dump.json": text });
    expect({ status: ran.status, written: ran.written }).toEqual({ status, written: {} });
    expect(ran.out).not.toContain(secret);
  });

  it.each([
    { why: "no target", argv: ["dump.json"], says: /say with -o where to write/ },
    { why: "a target that was given", argv: ["dump.json", "-o", "dump.json"], says: /dump\.json would be written over/ },
    {
      why: "two files of one name",
      argv: ["dump.json", "old/dump.json", "-o", "shared"],
      says: /two files would be written as shared\/dump\.json/,
    },
    { why: "a seed for nothing", argv: ["dump.json", "-o", "x", "--seed", "1"], says: /add --pseudonyms/ },
    { why: "a map that is none", argv: ["--unmap", "dump.json", "-"], says: /dump\.json is no map of pseudonyms/ },
    { why: "a picture", argv: ["picture.png", "-o", "x"], says: /picture\.png: it is no text/ },
  ])("refuses $why", async ({ argv, says }) => {
    const files = { "dump.json": dump, "old/dump.json": dump, "-": "", "picture.png": Uint8Array.of(0x89, 0x50, 0, 0, 1, 2) };
    const { status, err, written } = await run(argv, files);
    expect({ status, err, written }).toEqual({ status: 2, err: expect.stringMatching(says), written: {} });
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});

describe("a file keeps its format", () => {
  const redacted = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const { written, status, err } = await run(["given", "-o", "made"], { given: bytes });
    expect({ status, err }).toEqual({ status: 0, err: expect.any(String) });
    return written.made ?? new Uint8Array();
  };
  const want = dump.replace(secret, "[redacted-1]");

  it("gzip", async () => {
    expect(gunzipSync(await redacted(gzipSync(dump))).toString()).toBe(want);
  });

  it("UTF-16", async () => {
    const bytes = await redacted(new Uint8Array(Buffer.from(`\ufeff${dump}`, "utf16le")));
    expect(Buffer.from(bytes).toString("utf16le")).toBe(`\ufeff${want}`);
  });

  it("kubectl's words around it, which are searched too", async () => {
    const around = (json: string, key: string): string => `Defaulted container "istio-proxy"\n${json}\nexport KEY=${key}\n`;
    expect(decode(await redacted(encode(around(dump, secret))))).toBe(around(want, "[redacted-1]"));
  });

  it("YAML", async () => {
    expect(
      decode(await redacted(encode(`configs:\n- "@type": x/envoy.admin.v3.ClustersConfigDump\n  version_info: ${secret}\n`))),
    ).toContain("version_info: '[redacted-1]'");
  });

  it("an archive: its dumps and its texts, and no entry that can't be seen", async () => {
    const archive = writeTar([
      { name: "proxies/shop/reviews-1/config_dump", bytes: encode(dump) },
      { name: `notes/${"long/".repeat(30)}log.txt`, bytes: encode(`key ${secret}`) },
      { name: "core.bin", bytes: Uint8Array.of(1, 0, 2, 0, 0, 7) },
    ]);
    const { written, err } = await run(["bug-report.tar.gz", "-o", "shared.tar.gz"], { "bug-report.tar.gz": gzipSync(archive) });
    const { entries } = readTar(new Uint8Array(gunzipSync(written["shared.tar.gz"] ?? new Uint8Array())));
    expect(entries.map(({ name, bytes }) => [name, decode(bytes)])).toEqual([
      ["proxies/shop/reviews-1/config_dump", want],
      [`notes/${"long/".repeat(30)}log.txt`, "key [redacted-1]"],
    ]);
    expect(err).toContain("core.bin is no text: it was left out");
    expect(err).toContain("proxies/shop/reviews-1/config_dump#/configs/0/version_info");
  });

  it("a dump without secrets, to the byte", async () => {
    const { written } = await run(["given", "-o", "made"], { given: bookinfo });
    expect(decode(written.made).replaceAll(/\[redacted-1\]/g, "15020")).toBe(decode(bookinfo));
  });
});
