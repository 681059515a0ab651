import { Option } from "commander";
import {
  type AnyListing,
  describeEmptyList,
  endpointStatuses,
  type ListenerType,
  type ListFormat,
  listBootstraps,
  listClusters,
  listEndpoints,
  listExtensions,
  listenerTypes,
  listFormats,
  listListeners,
  listRenderers,
  listRoutes,
  listSecrets,
  type Snapshot,
  UsageError,
} from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpOf, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { type ListName, listNames } from "./list-names.js";
import { loadSnapshots } from "./load-snapshot.js";
import { printEach } from "./print-each.js";

interface FilterOptions {
  readonly address?: string;
  readonly cluster?: string;
  readonly direction?: string;
  readonly fqdn?: string;
  readonly name?: string;
  readonly port?: number;
  readonly status?: string;
  readonly subset?: string;
  readonly type?: ListenerType;
}

interface ListOptions extends FilterOptions, DumpOptions {
  readonly all?: true;
  readonly at?: true;
  readonly output: ListFormat;
  readonly verbose: boolean;
}

interface ListCommand {
  readonly name: ListName;
  readonly description: string;
  readonly examples: readonly string[];
  readonly filters: readonly Option[];
  readonly list: (snapshot: Snapshot, filters: FilterOptions, now: string) => AnyListing;
}

const portFilter = (): Option => new Option("--port <port>", "of this port").argParser(parsePort);
const nameFilter = (what: string): Option => new Option("--name <name>", `of this ${what}, whole or by its leading labels`);
const addressFilter = (): Option => new Option("--address <ip>", "of this address, whole or by its leading numbers");

const listCommands: readonly ListCommand[] = [
  {
    name: "listeners",
    description: "list the listeners, a line a filter chain",
    examples: ["listeners config_dump.json --port 9080", "listeners config_dump.json --type TCP -o json"],
    filters: [
      addressFilter(),
      portFilter(),
      new Option("--type <type>", `of this type: ${listenerTypes.join(", ")}`).argParser(choiceOf("--type", listenerTypes)),
      nameFilter("listener name"),
    ],
    list: listListeners,
  },
  {
    name: "routes",
    description: "list the routes of the route configurations, in the order in which Envoy tries them",
    examples: ["routes config_dump.json --name 9080"],
    filters: [nameFilter("route configuration name")],
    list: listRoutes,
  },
  {
    name: "clusters",
    description: "list the clusters",
    examples: ["clusters config_dump.json --fqdn reviews", "clusters config_dump.json --direction inbound"],
    filters: [
      new Option("--fqdn <host>", "of this service, whole or by its leading labels: reviews, reviews.default"),
      portFilter(),
      new Option("--direction <direction>", "inbound, outbound or inbound-vip").argParser(
        choiceOf("--direction", ["inbound", "outbound", "inbound-vip"]),
      ),
      new Option("--subset <subset>", "of this subset"),
    ],
    list: listClusters,
  },
  {
    name: "endpoints",
    description: "list the endpoints of the clusters; EDS clusters have theirs in dumps taken with ?include_eds",
    examples: ["endpoints config_dump.json --cluster reviews", "endpoints config_dump.json --status unhealthy"],
    filters: [
      new Option("--cluster <cluster>", "of this cluster, by its whole name or its service's leading labels"),
      new Option("--status <status>", `of this health: ${endpointStatuses.join(", ")}`).argParser(choiceOf("--status", endpointStatuses)),
      addressFilter(),
      portFilter(),
    ],
    list: listEndpoints,
  },
  {
    name: "secrets",
    description: "list the secrets and their certificates, never their keys",
    examples: ["secrets config_dump.json"],
    filters: [nameFilter("secret name")],
    list: (snapshot, filters, now) => listSecrets(snapshot, now, filters),
  },
  {
    name: "bootstrap",
    description: "print the proxy's versions and identity, from its bootstrap",
    examples: ["bootstrap config_dump.json"],
    filters: [],
    list: listBootstraps,
  },
  {
    name: "ecds",
    description: "list the filter configurations that ECDS delivers",
    examples: ["ecds config_dump.json"],
    filters: [nameFilter("extension name")],
    list: listExtensions,
  },
];

/** `xdsight listeners|routes|clusters|endpoints|secrets|bootstrap|ecds`, each under istioctl's other names as well. */
export const listCommandMakers: readonly ((io: Io) => CliCommand)[] = listCommands.map((definition) => (io) => makeCommand(definition, io));

function makeCommand({ name, description, examples, filters, list }: ListCommand, io: Io): CliCommand {
  const command = takesDump(new CliCommand(name))
    .aliases([...listNames[name]])
    .description(description);
  for (const filter of filters) command.addOption(filter);
  command
    .choice("-o, --output <format>", "output format", listFormats, "short")
    .addOption(
      new Option("--verbose <true|false>", "in tables, all columns; false: istioctl's alone").argParser(parseBoolean).default(true),
    )
    .option("--at", "in tables, a column that says where in the file each line stands (JSON pointers)");
  if (name === "routes") command.option("--all", "on a terminal, too, every domain of a virtual host");
  return command
    .addHelpText("after", `\nThe resources themselves, as istioctl's -o json prints them: xdsight show DUMP ${name}`)
    .examples(...examples)
    .answers(async (dump: string | undefined, options: ListOptions) => {
      const loaded = await loadSnapshots(io, dumpOf(dump, options), options);
      const look = { verbose: options.verbose, at: options.at ?? false, all: options.all ?? !io.stdoutIsTerminal };
      const listings = loaded.map(({ entry, snapshot }) => ({ entry, listing: list(snapshot, options, io.now()) }));
      const texts = listings.map(({ entry, listing }) => ({ entry, text: listRenderers[options.output](listing, look) }));
      await printEach(io, texts, options.output);
      for (const { listing } of listings) for (const line of describeEmptyList(listing)) io.err(`xdsight: ${line}\n`);
      return exitCode.done;
    });
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new UsageError(`--port takes a number from 0 to 65535, not '${text}'`);
  return port;
}

function parseBoolean(text: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw new UsageError(`--verbose takes true or false, not '${text}'`);
}

/** One of a few words in any case. */
function choiceOf<Word extends string>(flag: string, words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
    if (word === undefined) throw new UsageError(`${flag} takes one of ${words.join(", ")}, not '${text}'`);
    return word;
  };
}
