import { checkInForce, type PatchFormat, patchCheckRenderers, patchDump, patchFormats, patchRenderers, UsageError } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpAndRest, takesDump } from "./dump-argument.js";
import { loadEnvoyFilters, type MeshOptions, meshFactsOf, takesMeshFacts } from "./envoy-filter-files.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshots } from "./load-snapshot.js";
import { printEach } from "./print-each.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface PatchCommandOptions extends DumpOptions, LookOptions, MeshOptions {
  readonly output: PatchFormat | "dump";
  readonly unified?: boolean;
  readonly check?: boolean;
}

/** `xdsight patch DUMP FILTER…`: what EnvoyFilters would make of a dump. */
export function patchCommand(io: Io): CliCommand {
  const command = takesDump(new CliCommand("patch")).argument("[filters...]", "EnvoyFilters: YAML, JSON or a folder; - is standard input");
  return takesLook(takesMeshFacts(command))
    .description("what EnvoyFilters would make of a config dump: an account of each patch, and the diff")
    .choice("-o, --output <format>", "output format; dump is the patched dump", [...patchFormats, "dump"], "text")
    .option("-u, --unified", "each change as a unified diff of its values")
    .option("--check", "are they in force in this dump already? exit status 1 if not, or in part")
    .examples(
      "patch dump.json envoyfilter.yaml",
      "patch dump.json filters/ --at --all",
      "patch dump.json envoyfilter.yaml -o dump > patched.json",
      "patch dump.json envoyfilter.yaml --check",
      "patch dump.json - < envoyfilters.yaml",
    )
    .answers(async (first: string | undefined, others: readonly string[], options: PatchCommandOptions) => {
      const { dump, rest } = dumpAndRest([first, ...others], options);
      if (rest.length === 0)
        throw new UsageError("no EnvoyFilter is named; give a file, a folder, or - for standard input, behind the dump");
      if ([dump, ...rest].filter((path) => path === "-").length > 1)
        throw new UsageError("only one file can come from standard input; name the others");
      const filters = await loadEnvoyFilters(io, rest);
      const loaded = await loadSnapshots(io, dump, options);
      const { output, all = false, unified = false, check = false } = options;
      const look = { ...renderOptionsOf(io, options), unified };
      if (check) {
        if (output === "dump") throw new UsageError("--check makes no dump; leave -o dump out");
        const checks = loaded.map(({ entry, snapshot }) => ({ entry, answer: checkInForce(snapshot, filters, meshFactsOf(options)) }));
        await printEach(
          io,
          checks.map(({ entry, answer }) => ({ entry, text: patchCheckRenderers[output](answer, look) })),
          output,
        );
        return checks.every(({ answer }) => answer.state === "yes") ? exitCode.done : exitCode.differs;
      }
      const how = { ...meshFactsOf(options), listIgnored: all, platform: io.platform };
      const answers = loaded.map(({ entry, snapshot }) => ({ entry, ...patchDump(snapshot, filters, how) }));
      if (output === "dump") {
        const [only, ...more] = answers.flatMap(({ texts }) => texts);
        if (only === undefined || more.length > 0)
          throw new UsageError("-o dump takes one dump of one file; choose it with --entry, without --with");
        await io.writeFile("-", only);
        return exitCode.done;
      }
      await printEach(
        io,
        answers.map(({ entry, answer }) => ({ entry, text: patchRenderers[output](answer, look) })),
        output,
      );
      return exitCode.done;
    });
}
