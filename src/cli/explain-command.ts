import {
  type Explanation,
  type ExplanationFormat,
  explain,
  explainPath,
  explanationFormats,
  explanationRenderers,
  parseSocketEnd,
  pathRenderers,
  type Renderer,
  type RenderOptions,
  type Request,
  type Resolution,
  renderYaml,
  requestForTarget,
  type SocketEnd,
  suggestServiceEntry,
  type TargetOptions,
  UsageError,
} from "../index.js";
import { CliCommand } from "./cli-command.js";
import { collect, type DumpOptions, dumpAndRest, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshot } from "./load-snapshot.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface ExplainCommandOptions extends DumpOptions, LookOptions {
  readonly output: ExplanationFormat;
  readonly requests?: string;
  readonly next?: string;
  readonly suggest?: boolean;
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

/** `xdsight explain DUMP TARGET`: where a request goes, and why. */
export function explainCommand(io: Io): CliCommand {
  const command = takesLook(
    takesDump(new CliCommand("explain")).argument("[target]", "http://, https://, grpc://, tls:// or tcp://HOST:PORT, or HOST:PORT (TCP)"),
  );
  command
    .choice("-o, --output <format>", "output format", explanationFormats, "text")
    .option("--requests <file>", "explain the requests of a file (JSON array, NDJSON, YAML list); - is standard input")
    .option("--next <dump>", "follow the request into the proxy of this dump: does it take what the first sends?")
    .option("--suggest", "print the ServiceEntry that would give the request a cluster of its own (YAML)")
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
      "explain sleep.json http://productpage:9080/ --next productpage.json",
      "explain sleep.json https://api.example.com/ --suggest | kubectl apply --dry-run=client -f -",
    )
    .answers(async (first: string | undefined, second: string | undefined, options: ExplainCommandOptions) => {
      const { dump, rest } = dumpAndRest([first, second], options, [options.requests, options.next]);
      const [target] = rest;
      for (const part of inParts(await answer(io, dump, target, options))) await io.out(part);
      return exitCode.done;
    });
}

/** What is asked: a request and how its target's name was found. */
interface Question {
  readonly request: Request;
  readonly resolved?: Resolution;
}

/** The texts of the answers, each made when it is asked for: of many requests no more than one explanation is held at a time. */
async function answer(io: Io, dump: string, target: string | undefined, options: ExplainCommandOptions): Promise<Iterable<string>> {
  const look = renderOptionsOf(io, options);
  const listed = options.requests === undefined ? undefined : await requestsIn(io, options.requests, target);
  const asked = listed === undefined ? targetOptionsOf(options) : {};
  if (listed === undefined && target === undefined)
    throw new UsageError("no target is given; give one such as http://reviews:9080/, or --requests FILE");
  const snapshot = await loadSnapshot(io, dump, options);
  const questions: readonly Question[] = listed ?? [requestForTarget(snapshot, target ?? "", asked)];
  if (options.next !== undefined) {
    const next = await loadSnapshot(io, options.next, { quiet: options.quiet ?? false });
    const paths = mapped(questions, ({ request, resolved }) =>
      explainPath(snapshot, next, request, resolved === undefined ? {} : { resolved }),
    );
    return joined(paths, pathRenderers[options.output], options, look);
  }
  const explanations = mapped(questions, ({ request, resolved }) => explain(snapshot, request, resolved === undefined ? {} : { resolved }));
  if (options.suggest === true) return separated(explanations, (explanation) => suggestion(io, explanation), "---\n");
  return joined(explanations, explanationRenderers[options.output], options, look);
}

/** The suggestion alone goes to standard output, to be piped; why there is none, to standard error. */
function suggestion(io: Io, explanation: Explanation): string {
  const suggested = suggestServiceEntry(explanation);
  if ("serviceEntry" in suggested) return renderYaml(suggested.serviceEntry);
  io.err(`xdsight: nothing to suggest: ${suggested.because}\n`);
  return "";
}

async function requestsIn(io: Io, file: string, target: string | undefined): Promise<readonly Question[]> {
  if (target !== undefined) throw new UsageError("give a target or --requests, not both");
  const { parseRequests } = await import("./request-file.js"); // A JSON Schema validator and a YAML parser are behind it.
  const requests = parseRequests(new TextDecoder().decode(await io.readFile(file)), file);
  return requests.map((request) => ({ request }));
}

function* mapped<Value, Result>(values: Iterable<Value>, map: (value: Value) => Result): Generator<Result> {
  for (const value of values) yield map(value);
}

function* separated<Value>(values: Iterable<Value>, textOf: (value: Value) => string, separator: string): Generator<string> {
  let first = true;
  for (const value of values) {
    yield first ? textOf(value) : separator + textOf(value);
    first = false;
  }
}

const partLength = 1_000_000;

/** Texts put together, so that many small ones are written at once. */
function* inParts(texts: Iterable<string>): Generator<string> {
  let part = "";
  for (const text of texts) {
    part += text;
    if (part.length < partLength) continue;
    yield part;
    part = "";
  }
  yield part;
}

function joined<Answer extends object>(
  answers: Iterable<Answer>,
  render: Renderer<Answer>,
  { output, requests }: ExplainCommandOptions,
  look: RenderOptions,
): Iterable<string> {
  if (output === "json" && requests !== undefined) return [`${JSON.stringify([...answers], null, 2)}\n`];
  return separated(answers, (one) => render(one, look), separatorOf(output));
}

const separatorOf = (format: ExplanationFormat): string => (format === "ndjson" ? "" : format === "yaml" ? "---\n" : "\n");

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
