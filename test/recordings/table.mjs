// Prints how far `explain` of the build agrees with recorded decisions of Envoy, field by field:
//   npm run recordings -- [--failures] [FOLDER…]      (default: the recordings beside the tests)
// A folder is one with config_dump.json and requests.ndjson (either may be gzip), or has such folders below it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import ts from "typescript";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values, positionals } = parseArgs({
  options: { failures: { type: "boolean", default: false } },
  allowPositionals: true,
});

/** The comparison is TypeScript that takes only types from the sources: stripped of those it runs as it is. */
async function loadComparison() {
  const folder = mkdtempSync(join(tmpdir(), "xdsight-recordings-"));
  try {
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const file of readdirSync(here).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))) {
      const { outputText } = ts.transpileModule(readFileSync(join(here, file), "utf8"), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
      });
      writeFileSync(join(folder, file.replace(/\.ts$/, ".js")), outputText);
    }
    const load = (name) => import(pathToFileURL(join(folder, name)).href);
    return { ...(await load("tally.js")), ...(await load("recorded-dumps.js")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { tally, describeTally, describeDisagreements, recordedDumps } = await loadComparison();
const engine = await import(new URL("../../dist/index.js", import.meta.url).href);
for (const folder of positionals.length === 0 ? [join(here, "fixtures")] : positionals) {
  const result = tally(recordedDumps(resolve(folder), engine));
  process.stdout.write(`${folder}: ${result.recordings} recordings\n${describeTally(result)}\n`);
  if (values.failures) process.stdout.write(`${describeDisagreements(result)}\n`);
}
