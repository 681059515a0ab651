import {
  type Explanation,
  type ExplanationFormat,
  explain,
  explanationFormats,
  explanationRenderers,
  parseRequests,
  parseSocketEnd,
  requestForTarget,
  type Snapshot,
  type SocketEnd,
  type TargetOptions,
  UsageError,
  withClusterStatuses,
} from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpAndRest, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshot } from "./load-snapshot.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface ExplainCommandOptions extends DumpOptions, LookOptions {
  readonly output: ExplanationFormat;
  readonly requests?: string;
  readonly clusters?: string;
  readonly to?: string;
  readonly direction?: string;
  readonly source?: string;
  readonly sni?: string;
  readonly alpn?: string;
  readonly clientCertUri?: readonly string[];
  readonly method?: string;
  readonly header?: readonly string[];
  readonly http2?: boolean;
  readonly payload?: string;
  readonly serverFirst?: boolean;
  readonly random?: string;
}

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/** `xdsight explain DUMP TARGET`: where a request goes, and why. */
export function explainCommand(io: Io): CliCommand {
  const command = takesLook(takesDump(new CliCommand("explain")).argument("[target]", "http://, https://, grpc://, tls:// or tcp://HOST:PORT, or HOST:PORT (TCP)"));
  command
    .choice("-o, --output <format>", "output format", explanationFormats, "text")
    .option("--requests <file>", "explain the requests of a file (JSON array, NDJSON, YAML list); - is standard input")
    .option("--clusters <file>", "the endpoints of a saved /clusters?format=json, in place of the dump's own")
    .option("--to <ip:port>", "the address dialled, in place of what the target's name resolves to")
    .option("--direction <way>", "inbound or outbound through this proxy")
    .option("--source <ip:port>", "the client's address")
    .option("--sni <name>", "the server name of the ClientHello")
    .option("--alpn <list>", "the ALPN of the ClientHello, comma-separated")
    .option("--client-cert-uri <uri>", "a URI in the client's certificate; may be repeated", collect)
    .option("-X, --method <method>", "the HTTP method")
    .option("-H, --header <line>", "a header, 'name: value'; may be repeated", collect)
    .option("--http2", "HTTP/2 without TLS (prior knowledge)")
    .option("--payload <text>", "the first bytes, neither TLS nor HTTP")
    .option("--server-first", "the client sends nothing until the server does")
    .option("--random <number>", "the random value for weighted clusters and fractions");
  return command
    .description("say which listener, filter chain, route and cluster a request hits, and why")
    .examples(
      "explain dump.json http://reviews.default:9080/api -H 'end-user: jason'",
      "explain dump.json https://api.example.com/ --at",
      "explain dump.json mysql:3306",
      "explain dump.json --requests requests.ndjson -o ndjson",
    )
    .answers(async (first: string | undefined, second: string | undefined, options: ExplainCommandOptions) => {
      const { dump, rest } = dumpAndRest([first, second], options);
      const [target] = rest;
      const answers = await explainAll(io, dump, target, options);
      const render = explanationRenderers[options.output];
      const look = renderOptionsOf(io, options);
      await io.out(options.output === "json" && options.requests !== undefined ? `${JSON.stringify(answers, null, 2)}\n` : answers.map((answer) => render(answer, look)).join(separatorOf(options.output)));
      return exitCode.done;
    });
}

const separatorOf = (format: ExplanationFormat): string => (format === "ndjson" ? "" : format === "yaml" ? "---\n" : "\n");

async function explainAll(io: Io, dump: string, target: string | undefined, options: ExplainCommandOptions): Promise<readonly Explanation[]> {
  if (options.requests !== undefined) {
    if (target !== undefined) throw new UsageError("give a target or --requests, not both");
    const requests = parseRequests(new TextDecoder().decode(await io.readFile(options.requests)), options.requests);
    const snapshot = await loadWithClusters(io, dump, options);
    return requests.map((request) => explain(snapshot, request));
  }
  if (target === undefined) throw new UsageError("no target is given; give one such as http://reviews:9080/, or --requests FILE");
  const targetOptions = targetOptionsOf(options);
  return [explainTarget(await loadWithClusters(io, dump, options), target, targetOptions)];
}

async function loadWithClusters(io: Io, dump: string, options: ExplainCommandOptions): Promise<Snapshot> {
  const snapshot = await loadSnapshot(io, dump, options);
  return options.clusters === undefined ? snapshot : withClusterStatuses(snapshot, await io.readFile(options.clusters), options.clusters);
}

function explainTarget(snapshot: Snapshot, target: string, options: TargetOptions): Explanation {
  const { request, resolved } = requestForTarget(snapshot, target, options);
  return explain(snapshot, request, { resolved });
}

function targetOptionsOf(options: ExplainCommandOptions): TargetOptions {
  const { to, direction, source, sni, alpn, clientCertUri, method, header, http2, payload, serverFirst, random } = options;
  return {
    ...(to === undefined ? {} : { to: socketEnd(to, "--to") }),
    ...(direction === undefined ? {} : { direction: directionOf(direction) }),
    ...(source === undefined ? {} : { source: socketEnd(source, "--source") }),
    ...(sni === undefined ? {} : { sni }),
    ...(alpn === undefined ? {} : { alpn: alpn.split(",") }),
    ...(clientCertUri === undefined ? {} : { clientCertificateUris: clientCertUri }),
    ...(method === undefined ? {} : { method }),
    ...(header === undefined ? {} : { headers: header.map(headerOf) }),
    ...(http2 === undefined ? {} : { http2 }),
    ...(payload === undefined ? {} : { payload }),
    ...(serverFirst === undefined ? {} : { serverFirst }),
    ...(random === undefined ? {} : { random: randomOf(random) }),
  };
}

function socketEnd(text: string, option: string): SocketEnd {
  const end = parseSocketEnd(text);
  if (end === undefined || !/^[\d.]+$|:/.test(end.ip)) throw new UsageError(`${option} ${text}: give it as IP:PORT, [IPV6]:PORT`);
  return end;
}

function directionOf(text: string): "inbound" | "outbound" {
  if (text !== "inbound" && text !== "outbound") throw new UsageError(`--direction ${text}: give inbound or outbound`);
  return text;
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":", 1);
  if (colon < 0) throw new UsageError(`-H '${line}': give it as 'name: value'`);
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

function randomOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--random ${text}: give a whole number`);
  return Number(text);
}
