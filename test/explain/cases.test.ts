import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { explain, explanationRenderers, parseRequests, readSnapshot, type Snapshot } from "../../src/index.js";

/**
 * A folder a case, whose name is the sentence: request.yaml names a dump of snapshots/ and holds a request that Envoy was
 * really sent; explanation.txt is the golden, with pointers.
 */
const folder = new URL("cases/", import.meta.url);
const cases = readdirSync(folder).sort();
const options = { colour: false, columns: 80, at: true, all: false };

const snapshots = new Map<string, Snapshot>();
function snapshotOf(name: string): Snapshot {
  const snapshot =
    snapshots.get(name) ??
    readSnapshot(readFileSync(new URL(`../../snapshots/${name}.json.gz`, import.meta.url)), { fileName: `${name}.json.gz` }).snapshot;
  snapshots.set(name, snapshot);
  return snapshot;
}

describe.each(cases)("%s", (name) => {
  const text = readFileSync(new URL(`${name}/request.yaml`, folder), "utf8");
  const [request] = parseRequests(text, "request.yaml");

  it("is explained", async () => {
    if (request === undefined) throw new Error("no request");
    const explanation = explain(snapshotOf(parse(text).dump), request);
    await expect(explanationRenderers.text(explanation, options)).toMatchFileSnapshot(
      fileURLToPath(new URL(`${name}/explanation.txt`, folder)),
    );
  });
});
