// After the compiler: puts beside the code what it does not copy.
import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
cpSync(join(project, "src", "schemas"), join(project, "dist", "schemas"), { recursive: true });
const { requestSchema } = await import(pathToFileURL(join(project, "dist", "explain", "request-schema.js")).href);
writeFileSync(join(project, "dist", "schemas", "request.schema.json"), `${JSON.stringify(requestSchema, null, 2)}\n`);
