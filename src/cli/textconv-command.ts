import { canonicalResources, renderCanonicalText } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpOf, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshot } from "./load-snapshot.js";

/** `xdsight textconv DUMP`: a dump as text that Git, or any other tool, compares by lines. */
export function textconvCommand(io: Io): CliCommand {
  return takesDump(new CliCommand("textconv"))
    .description("print a dump for comparison by lines: its resources by name, without what is no change between two dumps")
    .examples("textconv config_dump.json", "textconv config_dump.json | grep -A9 'cluster outbound|9080'")
    .answers(async (dump: string | undefined, options: DumpOptions) => {
      await io.out(renderCanonicalText(canonicalResources(await loadSnapshot(io, dumpOf(dump, options), options))));
      return exitCode.done;
    });
}
