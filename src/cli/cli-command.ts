import { Command, Option } from "commander";
import { UsageError } from "../index.js";
import type { ExitCode } from "./exit-code.js";

/** A command of the program: what it does returns its exit status, its help ends with examples, and what it refuses is a UsageError. */
export class CliCommand extends Command {
  #status: ExitCode | undefined;

  constructor(name: string) {
    super(name);
    this.allowExcessArguments(false);
    this.helpOption("-h, --help", "print this help");
    this.exitOverride((error) => {
      if (error.exitCode === 0 || error.code === "commander.help") throw error;
      throw new UsageError(`${inOneLine(error.message)}; see \`${this.path()} --help\``);
    });
  }

  /** The status that the command returned; undefined when it did not run. */
  get status(): ExitCode | undefined {
    return this.#status;
  }

  /** Sets what the command does: it gets its arguments, then its options. */
  answers<Arguments extends unknown[]>(answer: (...args: Arguments) => Promise<ExitCode>): this {
    return this.action(async (...args: Arguments) => {
      this.#status = await answer(...args);
    });
  }

  /** Ends the help with example calls; a line each, without the program's name. */
  examples(...lines: readonly string[]): this {
    return this.addHelpText("after", `\nExamples:\n${lines.map((line) => `  $ xdsight ${line}\n`).join("")}`.trimEnd());
  }

  /** Adds an option that takes one of the values given. */
  choice(flags: string, description: string, values: readonly string[], fallback: string): this {
    return this.addOption(new Option(flags, description).choices(values).default(fallback));
  }

  /** `xdsight clusters` */
  path(): string {
    const above = this.parent instanceof CliCommand ? `${this.parent.path()} ` : "";
    return above + this.name();
  }
}

/** Commander puts its guess on a line of its own and begins with "error: ". */
const inOneLine = (message: string): string =>
  message
    .replace(/^error: /, "")
    .replace(/\n\((D)(.*)\)$/, " (d$2)")
    .replace(/\.$/, "");
