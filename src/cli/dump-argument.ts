import { UsageError } from "../index.js";
import type { CliCommand } from "./cli-command.js";

export interface DumpOptions {
  readonly file?: string;
  readonly quiet?: boolean;
}

/** Lets a command take one dump: as its first argument, or with istioctl's -f. */
export function takesDump(command: CliCommand): CliCommand {
  return command
    .argument("[dump]", "config dump, plain or gzip; - is standard input")
    .option("-f, --file <dump>", "the same, as istioctl spells it")
    .option("-q, --quiet", "no notes about the dump on standard error");
}

/**
 * Tells the dump from the arguments behind it: with -f, all of them are those.
 *
 * @param given the command's arguments, in order; undefined for one that was left out
 */
export function dumpAndRest(
  given: readonly (string | undefined)[],
  { file }: DumpOptions,
): { readonly dump: string; readonly rest: readonly string[] } {
  const present = given.filter((argument) => argument !== undefined);
  if (file !== undefined) return { dump: file, rest: present };
  const [dump, ...rest] = present;
  if (dump === undefined) throw new UsageError("no config dump is named; give a file, or - for standard input");
  return { dump, rest };
}

/** The dump of a command that takes nothing but one. */
export function dumpOf(argument: string | undefined, options: DumpOptions): string {
  const { dump, rest } = dumpAndRest([argument], options);
  if (rest.length > 0) throw new UsageError(`two config dumps are named, ${dump} and ${rest[0]}; give one`);
  return dump;
}
