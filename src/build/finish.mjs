// After the compiler: puts beside the code what it does not copy, and makes the command executable.
import { chmodSync, cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
cpSync(join(project, "src", "schemas"), join(project, "dist", "schemas"), { recursive: true });
const command = join(project, "dist", "cli", "main.js");
if (existsSync(command)) chmodSync(command, 0o755);
