import { type SummaryFormat, summarise, summaryRenderers } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpOf, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshots } from "./load-snapshot.js";
import { printEach } from "./print-each.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface SummaryOptions extends DumpOptions, LookOptions {
  readonly decodeAll?: true;
  readonly output: SummaryFormat;
}

/** `xdsight summary DUMP`: the first command on a ticket. */
export function summaryCommand(io: Io): CliCommand {
  return takesLook(
    takesDump(new CliCommand("summary")).choice("-o, --output <format>", "output format", Object.keys(summaryRenderers), "text"),
  )
    .description("say whose dump it is, what it holds and what is wrong with it")
    .option("--decode-all", "read every resource in full, to count what is unknown or secret; by default up to 5,000 of them")
    .examples("summary config_dump.json", "summary config_dump.json --at --all", "summary -f - -o json < config_dump.json.gz")
    .answers(async (dump: string | undefined, options: SummaryOptions) => {
      const loaded = await loadSnapshots(io, dumpOf(dump, options), options);
      const render = summaryRenderers[options.output];
      const texts = loaded.map(({ entry, snapshot }) => ({
        entry,
        text: render(
          summarise(snapshot, { now: io.now(), ...(options.decodeAll === undefined ? {} : { decodeAll: true }) }),
          renderOptionsOf(io, options),
        ),
      }));
      await printEach(io, texts, options.output);
      return exitCode.done;
    });
}
