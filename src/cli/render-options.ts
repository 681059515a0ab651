import type { RenderOptions } from "../index.js";
import type { CliCommand } from "./cli-command.js";
import type { Io } from "./io.js";

export interface LookOptions {
  readonly color: "auto" | "always" | "never";
  readonly at?: boolean;
  readonly all?: boolean;
}

/** Adds the options that every answer for people takes. */
export function takesLook(command: CliCommand): CliCommand {
  return command
    .option("--at", "show where in the file each statement is to be seen (JSON pointers)")
    .option("--all", "print everything, fold nothing")
    .choice("--color <when>", "colour the text", ["auto", "always", "never"], "auto");
}

/** How the answer is to look. Colour only on a terminal unless asked for, and never with NO_COLOR (https://no-color.org). */
export function renderOptionsOf(io: Io, { color, at = false, all = false }: LookOptions): RenderOptions {
  const forbidden = io.env.NO_COLOR !== undefined && io.env.NO_COLOR !== "";
  return { colour: !forbidden && (color === "always" || (color === "auto" && io.stdoutIsTerminal)), columns: io.columns, at, all };
}
