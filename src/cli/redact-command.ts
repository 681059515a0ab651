import {
  type NamedFile,
  parseRedactionMap,
  type RedactionFormat,
  redactFiles,
  redactionFormats,
  redactionRenderers,
  UsageError,
  unmapText,
} from "../index.js";
import { CliCommand } from "./cli-command.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface RedactOptions extends LookOptions {
  readonly output?: string;
  readonly pseudonyms?: boolean;
  readonly seed?: string;
  readonly keepCode?: boolean;
  readonly map?: string;
  readonly report?: string;
  readonly reportFormat: RedactionFormat;
  readonly check?: boolean;
  readonly unmap?: string;
  readonly quiet?: boolean;
}

/** `xdsight redact DUMP… -o FILE|DIR`: dumps that can be shared. */
export function redactCommand(io: Io): CliCommand {
  return takesLook(new CliCommand("redact").argument("<files...>", "config dumps and what goes with them; with --unmap, one text"))
    .description("take secrets out of config dumps, so that they can be attached to a ticket; with --pseudonyms, private names too")
    .option("-o, --output <path>", "the file to write, or the folder where there are several; - is standard output")
    .option("--pseudonyms", "rename hosts, namespaces, services, workloads, addresses, SPIFFE ids, certificate subjects")
    .option("--seed <text>", "with the same seed, the same names get the same pseudonyms again; keep it to yourself")
    .option("--keep-code", "keep the code and the configuration of Lua and Wasm extensions, save what looks like a secret")
    .option("--map <file>", "write what the pseudonyms stand for into a file; keep it to yourself")
    .option("--unmap <map>", "turn pseudonyms in a text back, by a file that --map wrote")
    .option("--check", "write nothing; exit status 1 if there is something to hide")
    .option("--report <file>", "write the report into a file; else it goes to standard error")
    .choice("--report-format <format>", "format of the report", redactionFormats, "text")
    .option("-q, --quiet", "no report on standard error")
    .examples(
      "redact config_dump.json -o shared.json",
      "redact before.json after.json -o shared/ --pseudonyms --map names.json",
      "redact --check shared.json",
      "redact --unmap names.json answer.txt",
    )
    .answers(async (paths: readonly string[], options: RedactOptions) => {
      if (options.unmap !== undefined) return unmap(io, paths, options.unmap, options);
      refuseNonsense(options);
      if (paths.filter((path) => path === "-").length > 1) throw new UsageError("standard input is named twice; give files");
      const inputs = await inputsOf(io, paths);
      if (options.check !== true) refuseTargets(inputs, options.output);
      const files: NamedFile[] = [];
      for (const { path } of inputs) files.push({ name: path, bytes: await io.readFile(path) });
      const {
        files: redacted,
        redaction,
        map,
      } = redactFiles(files, {
        platform: io.platform,
        keepCode: options.keepCode === true,
        check: options.check === true,
        ...(options.pseudonyms === true ? { pseudonyms: { seed: options.seed ?? io.randomText() } } : {}),
      });
      const report = redactionRenderers[options.reportFormat](redaction, renderOptionsOf(io, options));
      if (options.check === true) {
        await io.out(report);
        return redaction.files.some(({ removed }) => removed.length > 0) ? exitCode.differs : exitCode.done;
      }
      // A file's own name may hold a private one.
      const targets = targetsOf(
        inputs.map((input, index) => ({
          ...input,
          within: redacted[index]?.name.split("/").slice(-input.within.split("/").length).join("/") ?? input.within,
        })),
        options.output,
      );
      for (const [index, target] of targets.entries()) await io.writeFile(target, redacted[index]?.bytes ?? new Uint8Array());
      if (options.map !== undefined && map !== null) await io.writeFile(options.map, encode(`${JSON.stringify(map, null, 2)}\n`));
      if (options.report !== undefined) await io.writeFile(options.report, encode(report));
      else if (options.quiet !== true) io.err(report);
      return exitCode.done;
    });
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function refuseNonsense({ pseudonyms, seed, map, check, output }: RedactOptions): void {
  if (pseudonyms !== true && seed !== undefined) throw new UsageError("--seed is for pseudonyms; add --pseudonyms");
  if (pseudonyms !== true && map !== undefined) throw new UsageError("--map is for pseudonyms; add --pseudonyms");
  if (check === true && output !== undefined) throw new UsageError("--check writes nothing; leave -o out");
}

/** A file that was named, or one of a folder that was. */
interface Input {
  readonly path: string;
  /** What it is called within the folder that is written. */
  readonly within: string;
}

async function inputsOf(io: Io, paths: readonly string[]): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const path of paths) {
    const names = await io.listFolder(path);
    if (names === undefined) inputs.push({ path, within: path === "-" ? "stdin.json" : path.slice(path.lastIndexOf("/") + 1) });
    else inputs.push(...names.map((name) => ({ path: `${path.replace(/\/+$/, "")}/${name}`, within: name })));
  }
  if (inputs.length === 0) throw new UsageError(`${paths.join(" ")} holds no file`);
  return inputs;
}

/** Where each file is written. */
function targetsOf(inputs: readonly Input[], output: string | undefined): readonly string[] {
  if (output === undefined)
    throw new UsageError("say with -o where to write: a file, a folder for several files, or - for standard output");
  if (inputs.length === 1 && !output.endsWith("/")) return [output];
  return inputs.map(({ within }) => `${output.replace(/\/+$/, "")}/${within}`);
}

/** Nothing that was given is written over, nor are two files written as one. */
function refuseTargets(inputs: readonly Input[], output: string | undefined): void {
  const targets = targetsOf(inputs, output);
  for (const [index, target] of targets.entries()) {
    if (targets.indexOf(target) !== index)
      throw new UsageError(`two files would be written as ${target}; redact them one by one, or rename one`);
    if (target !== "-" && inputs.some(({ path }) => path === target))
      throw new UsageError(`${target} would be written over; name another place with -o`);
  }
}

async function unmap(io: Io, paths: readonly string[], mapPath: string, { output }: RedactOptions): Promise<0> {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) throw new UsageError("--unmap takes one text; give a file, or - for standard input");
  const map = parseRedactionMap(new TextDecoder().decode(await io.readFile(mapPath)), mapPath);
  const text = unmapText(new TextDecoder().decode(await io.readFile(path)), map);
  if (output === undefined) await io.out(text);
  else await io.writeFile(output, encode(text));
  return exitCode.done;
}
