import { CommanderError } from "commander";
import { UnreadableInputError, UsageError, version } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { completionCommand } from "./completion-command.js";
import { demoCommand } from "./demo-command.js";
import { diffCommand } from "./diff-command.js";
import { type ExitCode, exitCode } from "./exit-code.js";
import { explainCommand } from "./explain-command.js";
import { helpCommand } from "./help-command.js";
import type { Io } from "./io.js";
import { listCommandMakers } from "./list-commands.js";
import { queryCommand } from "./query-command.js";
import { redactCommand } from "./redact-command.js";
import { schemaCommand } from "./schema-command.js";
import { showCommand } from "./show-command.js";
import { summaryCommand } from "./summary-command.js";
import { testCommand } from "./test-command.js";
import { textconvCommand } from "./textconv-command.js";
import { versionCommand } from "./version-command.js";

/** Every command, in the order of the help. */
const commands: readonly ((io: Io) => CliCommand)[] = [
  summaryCommand,
  explainCommand,
  testCommand,
  diffCommand,
  ...listCommandMakers,
  showCommand,
  queryCommand,
  textconvCommand,
  redactCommand,
  (io) => demoCommand(io, run),
  schemaCommand,
  completionCommand,
  versionCommand,
  helpCommand,
];

/** The command tree; `writeHelp` takes what `--help` and `--version` print. */
export function programOf(io: Io, writeHelp: (text: string) => void): CliCommand {
  const program = new CliCommand("xdsight");
  program
    .description("Reads config dumps of Envoy and Istio proxies, offline: what is configured, where a request goes and why, what changed.")
    .version(version, "-V, --version", "print xdsight's version")
    .helpCommand(false)
    .examples(
      "summary config_dump.json",
      "explain config_dump.json http://reviews.default:9080/reviews/0 -H 'end-user: jason'",
      "diff before.json after.json",
      "clusters config_dump.json --fqdn reviews",
    )
    .configureOutput({
      writeOut: writeHelp,
      writeErr: (text) => io.err(text),
      outputError: () => {},
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const make of commands) {
    const command = make(io);
    command.configureOutput(program.configureOutput());
    program.addCommand(command);
  }
  return program;
}

/**
 * Runs the command line and returns the exit status.
 *
 * @param argv the arguments behind the program's name
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const help: string[] = [];
  const program = programOf(io, (text) => help.push(text));
  let status: ExitCode;
  try {
    await program.parseAsync(argv, { from: "user" });
    status =
      program.commands
        .map((command) => (command instanceof CliCommand ? command.status : undefined))
        .find((found) => found !== undefined) ?? exitCode.done;
  } catch (error) {
    status = report(error, io);
  }
  if (help.length > 0) await io.out(help.join(""));
  return status;
}

function report(error: unknown, io: Io): ExitCode {
  // Help was printed: asked for, or because there were no arguments.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.refused;
  if (error instanceof UsageError || error instanceof UnreadableInputError) {
    io.err(`xdsight: ${error.message}\n`);
    return exitCode.refused;
  }
  io.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  io.err("xdsight: this is a bug in xdsight, not in your file; please report it with the lines above\n");
  return exitCode.bug;
}
