import { UsageError } from "../index.js";
import type { CliCommand } from "./cli-command.js";

export interface DumpOptions {
  readonly file?: string;
  readonly with?: readonly string[];
  readonly clusters?: string;
  readonly entry?: string;
  readonly quiet?: boolean;
}

/** Lets a command take one dump: as its first argument, or with istioctl's -f. */
export function takesDump(command: CliCommand): CliCommand {
  return command
    .argument("[dump]", "config dump in any shape that README names, an archive or a folder of them; - is standard input")
    .option("-f, --file <dump>", "the same, as istioctl spells it")
    .option("--with <file>", "a further part of the same proxy's configuration (istioctl -o json); may be repeated", collect)
    .option("--clusters <file>", "the endpoints of a saved /clusters?format=json, in place of the dump's own")
    .option("--entry <name>", "of an archive or a folder, the dump of this name or pod")
    .option("-q, --quiet", "no notes about the dump on standard error");
}

/** Gathers what an option that may be repeated is given. */
export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/**
 * Tells the dump from the arguments behind it: with -f, all of them are those.
 *
 * @param given the command's arguments, in order; undefined for one that was left out
 * @param others further files that the command reads
 */
export function dumpAndRest(
  given: readonly (string | undefined)[],
  { file, with: parts = [], clusters }: DumpOptions,
  others: readonly (string | undefined)[] = [],
): { readonly dump: string; readonly rest: readonly string[] } {
  const present = given.filter((argument) => argument !== undefined);
  const [dump, ...rest] = file === undefined ? present : [file, ...present];
  if (dump === undefined) throw new UsageError("no config dump is named; give a file, or - for standard input");
  if ([dump, ...parts, clusters, ...others].filter((name) => name === "-").length > 1) {
    throw new UsageError("only one file can come from standard input; name the others");
  }
  return { dump, rest };
}

/** The dump of a command that takes nothing but one. */
export function dumpOf(argument: string | undefined, options: DumpOptions): string {
  const { dump, rest } = dumpAndRest([argument], options);
  if (rest.length > 0)
    throw new UsageError(`two config dumps are named, ${dump} and ${rest[0]}; give one, and further parts of it with --with`);
  return dump;
}
