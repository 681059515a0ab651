import type { Command } from "commander";
import { CliCommand } from "./cli-command.js";
import { type CommandWords, completionScripts, type Shell, shells } from "./completion-scripts.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";

/** `xdsight completion SHELL`: a script that completes commands, options and their values. */
export function completionCommand(io: Io): CliCommand {
  const completion = new CliCommand("completion");
  return completion
    .description("print a completion script for a shell")
    .addArgument(completion.createArgument("<shell>", "which shell").choices(shells))
    .examples(
      "completion bash >> ~/.bashrc",
      "completion zsh > ~/.zfunc/_xdsight",
      "completion fish > ~/.config/fish/completions/xdsight.fish",
      "completion powershell >> $PROFILE",
    )
    .answers(async (shell: Shell) => {
      await io.out(completionScripts[shell]((completion.parent ?? completion).commands.map(wordsOf)));
      return exitCode.done;
    });
}

const wordsOf = (command: Command): CommandWords => ({
  names: [command.name(), ...command.aliases()],
  summary: command.description(),
  options: command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description, argChoices }) => (long ? [{ flag: long, summary: description, values: argChoices ?? [] }] : [])),
  values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
});
