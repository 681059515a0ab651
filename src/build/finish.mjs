// After the compiler: puts beside the code what it does not copy.
import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
cpSync(join(project, "src", "schemas"), join(project, "dist", "schemas"), { recursive: true });
/** Schemas that stand in the code, as they check what is written there. */
const inCode = [
  ["request", "explain/request-schema.js", "requestSchema"],
  ["envoy-filter", "envoy-filter/envoy-filter-schema.js", "envoyFilterSchema"],
];
for (const [name, file, exported] of inCode) {
  const { [exported]: schema } = await import(pathToFileURL(join(project, "dist", file)).href);
  writeFileSync(join(project, "dist", "schemas", `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
