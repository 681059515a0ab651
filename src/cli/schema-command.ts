import { readdirSync, readFileSync } from "node:fs";
import { nearestNames, UsageError } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";

/** Beside cli/ both in the sources and in the published package. */
const folder = new URL("../schemas/", import.meta.url);
const suffix = ".schema.json";

/** `xdsight schema [name]`: the JSON Schema of an answer. */
export function schemaCommand(io: Io): CliCommand {
  return new CliCommand("schema")
    .description("print the JSON Schema of an answer; without a name, list them")
    .argument("[name]", "which one: the `kind` of the answer")
    .examples("schema", "schema summary")
    .answers(async (name: string | undefined) => {
      const names = schemaNames();
      if (name === undefined) await io.out(names.map((known) => `${known}\n`).join(""));
      else await io.out(readSchema(name, names));
      return exitCode.done;
    });
}

const schemaNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .sort();

function readSchema(name: string, names: readonly string[]): string {
  if (!names.includes(name)) {
    const [nearest] = nearestNames(name, names);
    throw new UsageError(
      `no schema is named ${name}${nearest === undefined ? "" : ` (did you mean ${nearest}?)`}; \`xdsight schema\` lists them`,
    );
  }
  return readFileSync(new URL(name + suffix, folder), "utf8");
}
