import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runInMemory } from "../cli/memory-io.js";

const file = new URL("../../docs/expectations.md", import.meta.url);
const page = readFileSync(file, "utf8");
const dump = "snapshots/bookinfo.json.gz";

/** docs/expectations.md with the output of today below each of its commands. */
async function pageOfToday(): Promise<string> {
  const example = /^```yaml\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? "";
  const files = { [dump]: readFileSync(new URL(`../../${dump}`, import.meta.url)), "bookinfo.yaml": example };
  const parts = page.split(/^(```console.*\n(?:.*\n)*?```\n)/m);
  const refreshed: string[] = [];
  for (const part of parts) {
    const [, info = "", line] = /^```(console.*)\n\$ xdsight (.*)\n/.exec(part) ?? [];
    if (line === undefined) refreshed.push(part);
    else {
      const { status, out, err } = await runInMemory(line.split(" "), files);
      expect(status, line).toBe(Number(/ exit-status=(\d+)$/.exec(info)?.[1] ?? 0));
      refreshed.push(`\`\`\`${info}\n$ xdsight ${line}\n${out}${err}\`\`\`\n`);
    }
  }
  return refreshed.join("");
}

it("docs/expectations.md shows what its commands print today (-u writes it anew)", async () => {
  await expect(await pageOfToday()).toMatchFileSnapshot(fileURLToPath(file));
});
