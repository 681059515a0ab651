import { type MeshFacts, type NamedText, type ReadEnvoyFilters, readEnvoyFilters, UsageError } from "../index.js";
import type { CliCommand } from "./cli-command.js";
import type { Io } from "./io.js";

/** What files of EnvoyFilters and a dump leave open. */
export interface MeshOptions {
  readonly namespace?: string;
  readonly rootNamespace?: string;
  readonly gatewayPort?: Readonly<Record<string, readonly number[]>>;
}

/** Adds the options that say what of the mesh the files leave open. */
export function takesMeshFacts(command: CliCommand): CliCommand {
  return command
    .option("--namespace <name>", "the namespace of EnvoyFilters that name none (default: the proxy's own)")
    .option("--root-namespace <name>", "the mesh's root namespace (default: istio-system)")
    .option(
      "--gateway-port <target=service>",
      "at a gateway, a port of the pod and the service port that leads to it; repeatable",
      addPort,
    );
}

export const meshFactsOf = ({ namespace, rootNamespace, gatewayPort }: MeshOptions): MeshFacts => ({
  ...(namespace === undefined ? {} : { namespace }),
  ...(rootNamespace === undefined ? {} : { rootNamespace }),
  ...(gatewayPort === undefined ? {} : { gatewayPorts: gatewayPort }),
});

function addPort(text: string, before: Readonly<Record<string, readonly number[]>> = {}): Readonly<Record<string, readonly number[]>> {
  const [, target, service] = /^(\d{1,5})=(\d{1,5})$/.exec(text) ?? [];
  if (target === undefined || service === undefined) throw new UsageError(`--gateway-port ${text}: give two ports such as 8080=80`);
  return { ...before, [target]: [...(before[target] ?? []), Number(service)] };
}

/** Reads the EnvoyFilters of files and of folders (their .yaml, .yml and .json files), in the order given; `-` is standard input. */
export async function loadEnvoyFilters(io: Io, paths: readonly string[]): Promise<ReadEnvoyFilters> {
  const texts: NamedText[] = [];
  for (const path of paths) {
    for (const name of await filesOf(io, path)) {
      texts.push({ name: name === "-" ? "standard input" : name, text: new TextDecoder().decode(await io.readFile(name)) });
    }
  }
  const read = readEnvoyFilters(texts);
  for (const warning of read.warnings) io.err(`xdsight: warning: ${warning}\n`);
  return read;
}

async function filesOf(io: Io, path: string): Promise<readonly string[]> {
  const inside = await io.listFolder(path);
  if (inside === undefined) return [path];
  const names = inside.filter((name) => /\.(ya?ml|json)$/i.test(name));
  if (names.length === 0) throw new UsageError(`${path} holds no .yaml, .yml or .json file`);
  return names.map((name) => `${path.replace(/\/+$/, "")}/${name}`);
}
