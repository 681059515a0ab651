import { nearestNames, UsageError } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { exitCode } from "./exit-code.js";

/** `xdsight help [command]`: the same as `xdsight [command] --help`. */
export function helpCommand(): CliCommand {
  const help = new CliCommand("help");
  return help
    .description("print the help of a command")
    .argument("[command]", "its name")
    .examples("help", "help summary")
    .answers(async (name: string | undefined) => {
      const program = help.parent ?? help;
      const wanted =
        name === undefined ? program : program.commands.find((command) => [command.name(), ...command.aliases()].includes(name));
      if (wanted === undefined) {
        const [nearest] = nearestNames(
          name ?? "",
          program.commands.map((command) => command.name()),
        );
        throw new UsageError(
          `unknown command '${name}'${nearest === undefined ? "" : ` (did you mean ${nearest}?)`}; see \`xdsight help\``,
        );
      }
      wanted.outputHelp();
      return exitCode.done;
    });
}
