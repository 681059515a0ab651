import { fileInWords, type QueryFormat, queryFormats, queryRenderers, querySnapshot, UsageError } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpAndRest, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshots } from "./load-snapshot.js";
import { printEach } from "./print-each.js";

interface QueryCommandOptions extends DumpOptions {
  readonly at?: true;
  readonly decoded?: true;
  readonly output: QueryFormat;
}

/** `xdsight query`: what a JSONPath or a JSON pointer leads to. */
export function queryCommand(io: Io): CliCommand {
  return takesDump(new CliCommand("query"))
    .description("print the values that a JSONPath or a JSON pointer leads to")
    .argument("[path]", "a JSONPath ($.configs[0]…) or a JSON pointer (/configs/0/…)")
    .option("--decoded", "ask the decoded messages by section ($.listeners[*], $.bootstrap), in place of the file")
    .option("--at", "say where in the file each value stands")
    .choice("-o, --output <format>", "ndjson: a value a line; json: one answer with pointers", queryFormats, "ndjson")
    .examples(
      "query config_dump.json '$.configs[*].dynamic_listeners[*].name'",
      "query config_dump.json '$.clusters[?(@.type==\"EDS\")].name' --decoded --at",
      "query config_dump.json /configs/0/bootstrap/node/id",
    )
    .answers(async (first: string | undefined, second: string | undefined, options: QueryCommandOptions) => {
      const { dump, rest } = dumpAndRest([first, second], options);
      const [path, ...surplus] = rest;
      if (path === undefined) throw new UsageError("no path is given; a JSONPath begins with $, a JSON pointer with /");
      if (surplus.length > 0) throw new UsageError(`too many arguments: ${surplus.join(" ")}`);
      const loaded = await loadSnapshots(io, dump, options);
      const answers = loaded.map(({ entry, snapshot }) => ({
        entry,
        answer: querySnapshot(snapshot, path, { decoded: options.decoded ?? false }),
      }));
      const render = queryRenderers[options.output];
      const texts = answers.map(({ entry, answer }) => ({ entry, text: render(answer, { at: options.at ?? false }) }));
      // Values of a query alone do not say whose they are.
      await printEach(io, texts, options.output === "json" ? "json" : "short");
      for (const { answer } of answers) {
        if (answer.results.length > 0) continue;
        const because = answer.failure === null ? "" : `; its filter failed: ${answer.failure}`;
        io.err(`xdsight: nothing in ${fileInWords(answer.file)} is at ${path}${because}\n`);
      }
      return exitCode.done;
    });
}
