import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Request } from "../../src/model/request.js";
import type { JsonObject } from "../../src/util/json.js";
import { assignmentsOf, bootstrapOf, clustersOf, echoClusters, greetingClusters } from "./bootstrap.js";
import { type DressedTrial, dressTrial } from "./dress-trial.js";
import { startEnvoy } from "./envoy-process.js";
import { freePorts } from "./free-ports.js";
import { observe, readLog } from "./observe.js";
import type { TrialRecord } from "./record.js";
import { type Client, send } from "./send.js";
import type { Trial } from "./trial.js";
import { openUpstreams } from "./upstreams.js";

/** What one start of Envoy showed of some trials. */
export interface TrialRun {
  /** `/config_dump?include_eds` of that very process. */
  readonly dump: Uint8Array;
  /** Of each trial, in their order; null: Envoy refused its configuration. */
  readonly results: readonly (readonly TrialRecord[] | null)[];
  /** Why Envoy refused what it refused, as its log has it. */
  readonly refusals: readonly string[];
}

const atOnce = 48;
/** Time for mirrored copies to arrive. */
const settleMs = 150;

/** Starts Envoy with the listeners of all trials, sends their requests and puts together what became of each. */
export async function runTrials(executable: string, trials: readonly Trial[]): Promise<TrialRun> {
  const folder = mkdtempSync(join(tmpdir(), "xdsight-envoy-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const upstreams = await openUpstreams(echoClusters, greetingClusters);
  try {
    const ports = await freePorts(trials.length);
    const path = (name: string) => join(folder, name);
    const write = (name: string, resources: readonly JsonObject[]) => writeFileSync(path(name), JSON.stringify({ resources }));
    const dressed = trials.map((trial, index) =>
      dressTrial(trial, {
        name: `t${index}`,
        port: ports[index] ?? 0,
        logPath: path("access.log"),
        rdsPath: (name) => path(`${name}.json`),
      }),
    );
    const type = "type.googleapis.com/envoy.config.listener.v3.Listener";
    write(
      "lds.json",
      dressed.flatMap(({ listeners }) => listeners.map((listener) => ({ "@type": type, ...listener }))),
    );
    for (const configuration of dressed.flatMap(({ routeConfigurations }) => routeConfigurations))
      write(`${String(configuration.name)}.json`, [configuration]);
    const edsPath = (name: string) => path(`eds-${name}.json`);
    for (const [name, assignment] of assignmentsOf(upstreams.ports)) write(`eds-${name}.json`, [assignment]);
    writeFileSync(path("bootstrap.json"), JSON.stringify(bootstrapOf(clustersOf(upstreams.ports, edsPath), path("lds.json"))));

    const envoy = await startEnvoy(executable, folder);
    let dump: Uint8Array;
    const sent: SentProbe[] = [];
    try {
      dump = await envoy.admin("/config_dump?include_eds");
      const loaded = loadedNames(dump);
      const work = trials.flatMap((trial, index) => {
        const own = dressed[index];
        const port = ports[index] ?? 0;
        if (own === undefined || !isLoaded(own, loaded)) return [];
        return trial.requests.map((request) => () => sendProbe(trial, index, port, request, sent));
      });
      await runAll(work);
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    } finally {
      await envoy.stop();
    }
    const loaded = loadedNames(dump);
    const lines = groupBy(existsSync(path("access.log")) ? readLog(readFileSync(path("access.log"), "utf8")) : [], ({ peer }) => peer);
    const arrived = groupBy(upstreams.arrived, ({ probe }) => probe ?? "");
    const peers = groupBy(sent, ({ peer }) => peer);
    const results = dressed.map((own, index) => {
      if (!isLoaded(own, loaded)) return null;
      return sent
        .filter((one) => one.trial === index && peers.get(one.peer)?.length === 1)
        .map(({ request, client, peer, raw }): TrialRecord => {
          const traces = {
            request,
            client,
            lines: lines.get(peer) ?? [],
            arrived: arrived.get(request.id ?? "") ?? [],
            actions: own.actions,
            secured: own.secured,
          };
          const grpcStatus = traces.lines.find(({ kind }) => kind === "http")?.grpcStatus ?? null;
          const wire = { kind: "whole", raw: raw.toString("base64") };
          return { id: request.id ?? "", request, ...observe(traces), client: { grpcStatus }, wire, random: false };
        });
    });
    return { dump, results, refusals: refusalsIn(readFileSync(path("envoy.log"), "utf8")) };
  } finally {
    await upstreams.close();
    remove();
    process.off("exit", remove);
  }
}

interface SentProbe {
  readonly trial: number;
  readonly request: Request;
  readonly client: Client;
  readonly peer: string;
  readonly raw: Buffer;
}

/** Sends a trial's request, with what is only known now: its id, the listener's name and address, the client's end. */
async function sendProbe(trial: Trial, index: number, port: number, given: Request, sent: SentProbe[]): Promise<void> {
  const id = `p${index}-${given.id ?? ""}`;
  const marked =
    given.http === undefined ? given : { ...given, http: { ...given.http, headers: { ...given.http.headers, "x-probe-id": [id] } } };
  const dialled = trial.entry === "direct" ? { destination: { ip: "127.0.0.1", port } } : {};
  const request: Request = { ...marked, id, direction: "inbound", acceptedBy: `t${index}_0`, ...dialled };
  const { client, peer, raw } = await send(request, port, trial.entry !== "direct");
  const source = trial.entry === "direct" ? { source: peer } : { directSource: peer };
  sent.push({ trial: index, request: { ...request, ...source }, client, peer: `${peer.ip}:${peer.port}`, raw });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

async function runAll(work: readonly (() => Promise<void>)[]): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let task = work[next++]; task !== undefined; task = work[next++]) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Names of listeners and route configurations that serve. */
function loadedNames(dump: Uint8Array): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = (value: unknown, key: string): void => {
    if (typeof value !== "object" || value === null) return;
    if (key === "error_state" || key === "warming_state") return;
    for (const [inner, child] of Object.entries(value)) {
      if (inner === "name" && typeof child === "string" && (key === "listener" || key === "route_config")) names.add(child);
      collect(child, Array.isArray(value) ? key : inner);
    }
  };
  collect(JSON.parse(new TextDecoder().decode(dump)), "");
  return names;
}

const isLoaded = ({ listeners, routeConfigurations }: DressedTrial, names: ReadonlySet<string>): boolean =>
  [...listeners, ...routeConfigurations].every(({ name }) => typeof name === "string" && names.has(name));

/** The last reason of each refusal: where a message within a message is at fault, each adds its own. */
const refusalsIn = (log: string): readonly string[] =>
  log
    .split("\n")
    .flatMap((line) => /(?:config rejected|update rejected|validation failed)[:( ]*(.*)/.exec(line)?.[1]?.split("caused by ").at(-1) ?? []);
