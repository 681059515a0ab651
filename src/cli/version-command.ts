import { answerHead } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";

/** `xdsight version`: which xdsight this is. */
export function versionCommand(io: Io): CliCommand {
  return new CliCommand("version")
    .description("print xdsight's version")
    .choice("-o, --output <format>", "output format", ["text", "json"], "text")
    .examples("version", "version -o json")
    .answers(async ({ output }: { output: "text" | "json" }) => {
      const head = answerHead("version");
      await io.out(output === "json" ? `${JSON.stringify(head, null, 2)}\n` : `${head.xdsight}\n`);
      return exitCode.done;
    });
}
