import { Option } from "commander";
import {
  describeProblem,
  kindNames,
  type ResourceState,
  type ShowFormat,
  showFormats,
  showRenderers,
  showResources,
  UsageError,
} from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpAndRest, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshot } from "./load-snapshot.js";
import { parseKind } from "./resource-kinds.js";

interface ShowOptions extends DumpOptions {
  readonly decoded?: true;
  readonly output: ShowFormat;
  readonly state?: ResourceState;
}

const states: readonly ResourceState[] = ["static", "active", "warming", "draining", "error"];

/** `xdsight show`: resources in full. */
export function showCommand(io: Io): CliCommand {
  return takesDump(new CliCommand("show"))
    .description("print a resource in full; without its name, all of a kind")
    .argument("[kind]", kindNames.join(", "))
    .argument("[name]", "its whole name")
    .option("--decoded", "as the typed message with its proto3 defaults, in place of the file's own JSON")
    .addOption(new Option("--state <state>", "only in this state, where one name stands for several").choices(states))
    .choice("-o, --output <format>", "output format; several resources are an array or documents", showFormats, "json")
    .examples(
      "show config_dump.json cluster 'outbound|9080|v1|reviews.default.svc.cluster.local'",
      "show config_dump.json listener virtualInbound -o yaml",
      "show config_dump.json route 9080 --decoded",
    )
    .answers(async (first: string | undefined, second: string | undefined, third: string | undefined, options: ShowOptions) => {
      const { dump, rest } = dumpAndRest([first, second, third], options);
      const [kindWord, name, ...surplus] = rest;
      if (kindWord === undefined) throw new UsageError(`say what to show: ${kindNames.join(", ")}`);
      if (surplus.length > 0) throw new UsageError(`too many arguments: ${surplus.join(" ")}`);
      const kind = parseKind(kindWord);
      const snapshot = await loadSnapshot(io, dump, options);
      const { resources, problems } = showResources(snapshot, { kind, name, state: options.state, decoded: options.decoded ?? false });
      await io.out(showRenderers[options.output](resources));
      if (options.quiet !== true) for (const problem of problems) io.err(`xdsight: note: ${problem.at}: ${describeProblem(problem)}\n`);
      return exitCode.done;
    });
}
