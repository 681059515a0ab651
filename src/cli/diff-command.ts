import { type ChangeClass, changeClasses, type DiffFormat, diffFormats, diffRenderers, diffSnapshots, UsageError } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshot } from "./load-snapshot.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface DiffCommandOptions extends LookOptions {
  readonly output: DiffFormat;
  readonly only?: readonly ChangeClass[];
  readonly ignore?: readonly ChangeClass[];
  readonly entry?: string;
  readonly quiet?: boolean;
}

/** `xdsight diff OLD NEW`: what has changed from one dump to the other. */
export function diffCommand(io: Io): CliCommand {
  return takesLook(new CliCommand("diff").argument("<old>", "config dump before").argument("<new>", "config dump after"))
    .description("what changed between two config dumps, said once; exit status 1 if anything did")
    .choice("-o, --output <format>", "output format", diffFormats, "text")
    .option("--only <classes>", `only changes of these classes, comma-separated: ${changeClasses.join(", ")}`, parseClasses)
    .option("--ignore <classes>", "no changes of these classes", parseClasses)
    .option("--entry <name>", "of archives or folders, the dump of this name or pod in each of them")
    .option("-q, --quiet", "no notes about the dumps on standard error")
    .examples(
      "diff before.json after.json",
      "diff before.json after.json --at --all",
      "diff before.json after.json --only routing,security -o markdown",
    )
    .answers(async (old: string, now: string, options: DiffCommandOptions) => {
      if (old === "-" && now === "-")
        throw new UsageError("only one of the two dumps can come from standard input; give a file for the other");
      const { only, ignore, output, quiet = false, entry } = options;
      const load = { quiet, ...(entry === undefined ? {} : { entry }) };
      const before = await loadSnapshot(io, old, load);
      const after = await loadSnapshot(io, now, load);
      const diff = diffSnapshots(before, after, { ...(only === undefined ? {} : { only }), ...(ignore === undefined ? {} : { ignore }) });
      await io.out(diffRenderers[output](diff, renderOptionsOf(io, options)));
      return diff.equal ? exitCode.done : exitCode.differs;
    });
}

function parseClasses(text: string): readonly ChangeClass[] {
  return text.split(",").map((name) => {
    const found = changeClasses.find((known) => known === name.trim());
    if (found === undefined) throw new UsageError(`${name} is no class of changes; the classes are ${changeClasses.join(", ")}`);
    return found;
  });
}
