import {
  type ChangeClass,
  type ChangeSelector,
  changeClasses,
  type Diff,
  type DiffFormat,
  diffFleets,
  diffFormats,
  diffRenderers,
  diffSnapshots,
  type Fleet,
  kindNames,
  nearestNames,
  parseChangeSelector,
  sourceOf,
  UsageError,
} from "../index.js";
import { CliCommand } from "./cli-command.js";
import { collect } from "./dump-argument.js";
import { loadEnvoyFilters, type MeshOptions, meshFactsOf, takesMeshFacts } from "./envoy-filter-files.js";
import { type ExitCode, exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { type LoadedDump, loadSnapshots } from "./load-snapshot.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface DiffCommandOptions extends LookOptions, MeshOptions {
  readonly output: DiffFormat;
  readonly only?: readonly ChangeSelector[];
  readonly ignore?: readonly ChangeSelector[];
  readonly failOn?: readonly ChangeClass[];
  readonly exitZero?: boolean;
  readonly unified?: boolean;
  readonly entry?: string;
  readonly quiet?: boolean;
  readonly envoyfilter?: readonly string[];
}

/** `xdsight diff OLD NEW`: what has changed from one dump to the other. */
export function diffCommand(io: Io): CliCommand {
  const command = new CliCommand("diff").argument("<old>", "config dump before").argument("<new>", "config dump after");
  return takesLook(takesMeshFacts(command))
    .description("what changed between two config dumps, or two folders or archives of them, said once; exit status 1 if anything did")
    .choice("-o, --output <format>", "output format", diffFormats, "text")
    .option(
      "--only <what>",
      `only changes of these classes (${changeClasses.join(", ")}), kinds of resources (${kindNames.join(", ")}) or at a JSONPath of the decoded messages, comma-separated; repeatable`,
      addSelectors,
    )
    .option("--ignore <what>", "no changes of these classes, kinds or at a JSONPath", addSelectors)
    .option("-u, --unified", "each change as a unified diff of its values")
    .option("--envoyfilter <file>", "attribute the changes to the patches of these EnvoyFilters; repeatable", collect)
    .option("--fail-on <classes>", "exit status 1 for changes of these classes only", parseClasses)
    .option("--exit-zero", "exit status 0 whatever has changed")
    .option("--entry <name>", "of archives or folders, only the dump of this name or pod in each of them")
    .option("-q, --quiet", "no notes about the dumps on standard error")
    .examples(
      "diff before.json after.json",
      "diff before.json after.json --at --all",
      "diff pods-before/ pods-after/",
      "diff before.json after.json --envoyfilter envoyfilter.yaml",
      "diff before.json after.json --only routing,security -o markdown",
      "diff before.json after.json --ignore '$..access_log' --fail-on routing",
    )
    .answers(async (old: string, now: string, options: DiffCommandOptions) => {
      if (old === "-" && now === "-")
        throw new UsageError("only one of the two dumps can come from standard input; give a file for the other");
      const { only, ignore, envoyfilter, output, entry, all = false, unified = false, quiet = false } = options;
      if (envoyfilter?.includes("-") === true && (old === "-" || now === "-"))
        throw new UsageError("only one file can come from standard input; name the others");
      const read = envoyfilter === undefined ? undefined : await loadEnvoyFilters(io, envoyfilter);
      const patches = read === undefined ? {} : { patches: { envoyFilters: read.envoyFilters, facts: meshFactsOf(options) } };
      const load = { quiet, ...(entry === undefined ? {} : { entry }) };
      const before = await loadSnapshots(io, old, load);
      const after = await loadSnapshots(io, now, load);
      const filters = { ...(only === undefined ? {} : { only }), ...(ignore === undefined ? {} : { ignore }) };
      const how = { ...filters, ...patches, listIgnored: all, platform: io.platform };
      const [[one, ...others], [other, ...rest]] = [before, after];
      const single = one !== undefined && other !== undefined && others.length + rest.length === 0;
      const diff = single
        ? diffSnapshots(one.snapshot, other.snapshot, how)
        : diffFleets(fleetOf(io, old, before), fleetOf(io, now, after), how);
      await io.out(diffRenderers[output](diff, { ...renderOptionsOf(io, options), unified }));
      return statusOf(diff, options);
    });
}

/** The dumps of a folder or an archive under its name: an archive's own size and hash, of a folder those of its dumps together. */
function fleetOf(io: Io, path: string, loaded: readonly LoadedDump[]): Fleet {
  const files = loaded.map(({ snapshot }) => snapshot.file);
  const [first] = files;
  const isArchive = first !== undefined && files.every(({ name }) => name === first.name);
  const hashes = files.map(({ sha256 }) => sha256).join("\n");
  return {
    file: isArchive
      ? { name: first.name, size: first.size, sha256: first.sha256 }
      : {
          name: path,
          size: files.reduce((sum, { size }) => sum + size, 0),
          sha256: io.platform.sha256(sourceOf(new TextEncoder().encode(hashes))),
        },
    snapshots: loaded.map(({ snapshot }) => snapshot),
  };
}

/** Requests that are treated differently count as a change of routing, also where the change itself was not asked for. */
function statusOf({ equal, changes, behaviour }: Diff, { failOn, exitZero = false }: DiffCommandOptions): ExitCode {
  const reroutes = behaviour.classes.length > 0;
  const counts =
    failOn === undefined
      ? !equal || reroutes
      : changes.some((change) => failOn.includes(change.class)) || (reroutes && failOn.includes("routing"));
  return counts && !exitZero ? exitCode.differs : exitCode.done;
}

/** A path is taken whole, as it may hold commas; words are a list. */
function addSelectors(text: string, before: readonly ChangeSelector[] = []): readonly ChangeSelector[] {
  const words = /^[$/]/.test(text) ? [text] : text.split(",").map((word) => word.trim());
  return [...before, ...words.map(parseChangeSelector)];
}

function parseClasses(text: string): readonly ChangeClass[] {
  return text.split(",").map((name) => {
    const found = changeClasses.find((known) => known === name.trim());
    if (found !== undefined) return found;
    const [nearest] = nearestNames(name.trim(), changeClasses);
    const hint = nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
    throw new UsageError(`'${name.trim()}' is no class of changes${hint}; the classes are ${changeClasses.join(", ")}`);
  });
}
