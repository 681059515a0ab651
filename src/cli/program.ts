import { CommanderError } from "commander";
import { UnreadableInputError, UsageError, version } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type ExitCode, exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { listNames } from "./list-names.js";

/** Commands that one module makes. It is loaded when one of them is called: the engine behind it takes longer to load than Node itself. */
interface CommandModule {
  /** What calls for the commands: their names and other names. */
  readonly names: readonly string[];
  readonly load: () => Promise<readonly ((io: Io) => CliCommand)[]>;
  /** Does it look at all the other commands? */
  readonly needsAll?: true;
}

/** Every command, in the order of the help. */
const commandModules: readonly CommandModule[] = [
  { names: ["summary"], load: async () => [(await import("./summary-command.js")).summaryCommand] },
  { names: ["explain"], load: async () => [(await import("./explain-command.js")).explainCommand] },
  { names: ["test"], load: async () => [(await import("./test-command.js")).testCommand] },
  { names: ["diff"], load: async () => [(await import("./diff-command.js")).diffCommand] },
  { names: ["patch"], load: async () => [(await import("./patch-command.js")).patchCommand] },
  {
    names: Object.entries(listNames).flatMap(([name, others]) => [name, ...others]),
    load: async () => (await import("./list-commands.js")).listCommandMakers,
  },
  { names: ["show"], load: async () => [(await import("./show-command.js")).showCommand] },
  { names: ["query"], load: async () => [(await import("./query-command.js")).queryCommand] },
  { names: ["textconv"], load: async () => [(await import("./textconv-command.js")).textconvCommand] },
  { names: ["redact"], load: async () => [(await import("./redact-command.js")).redactCommand] },
  {
    names: ["demo"],
    load: async () => {
      const { demoCommand } = await import("./demo-command.js");
      return [(io) => demoCommand(io, run)];
    },
  },
  { names: ["schema"], load: async () => [(await import("./schema-command.js")).schemaCommand] },
  { names: ["completion"], load: async () => [(await import("./completion-command.js")).completionCommand], needsAll: true },
  { names: ["version"], load: async () => [(await import("./version-command.js")).versionCommand] },
  { names: ["help"], load: async () => [(await import("./help-command.js")).helpCommand], needsAll: true },
];

/** The modules that a command line needs: one for a command, none for the version, all for whatever speaks of all commands. */
function modulesFor(argv: readonly string[]): readonly CommandModule[] {
  const [first] = argv;
  if (first === "--version" || first === "-V") return [];
  const called = commandModules.find(({ names }) => names.includes(first ?? ""));
  return called === undefined || called.needsAll === true ? commandModules : [called];
}

/** The command tree, as far as a command line needs it; `writeHelp` takes what `--help` and `--version` print. */
async function programFor(argv: readonly string[], io: Io, writeHelp: (text: string) => void): Promise<CliCommand> {
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
  const loaded = await Promise.all(modulesFor(argv).map(({ load }) => load()));
  for (const make of loaded.flat()) {
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
  const program = await programFor(argv, io, (text) => help.push(text));
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
