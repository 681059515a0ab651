import { configurationOf } from "../decode/configuration.js";
import type { Bootstrap } from "../model/bootstrap.js";
import type { Snapshot } from "../model/snapshot.js";
import { isJsonObject, type Json, type JsonObject, member, setMember } from "../util/json.js";

/** Whose dump it is: `workload` is shared by the pods of one workload, `proxy` names this one. */
export interface ProxyName {
  readonly workload: string;
  readonly proxy: string;
}

/** From the bootstrap's node; null where the dump does not tell. */
export function proxyNameOf(snapshot: Snapshot): ProxyName | null {
  const { bootstrap } = configurationOf(snapshot);
  if (bootstrap === null || bootstrap.nodeId === "") return null;
  const namespace = bootstrap.proxy?.namespace ?? "";
  const name = textAt(bootstrap, "WORKLOAD_NAME") ?? bootstrap.proxy?.pod ?? bootstrap.nodeId;
  return { workload: namespace === "" ? name : `${namespace}/${name}`, proxy: proxyIn(bootstrap) };
}

function proxyIn({ proxy, nodeId }: Bootstrap): string {
  if (proxy === null) return nodeId;
  return proxy.namespace === "" ? proxy.pod : `${proxy.namespace}/${proxy.pod}`;
}

/** Labels that Kubernetes gives to the pods of one workload, each its own. */
const ownLabels = ["pod-template-hash", "controller-revision-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"];

/** The texts that belong to the proxy itself, by what they are: its name, its addresses, its node. */
function ownTexts(bootstrap: Bootstrap): ReadonlyMap<string, string> {
  const labels = member(metadataOf(bootstrap), "LABELS");
  const addresses = (textAt(bootstrap, "INSTANCE_IPS") ?? "").split(",");
  const texts: readonly (readonly [string, Json | undefined])[] = [
    ["pod", bootstrap.proxy?.pod],
    ["name", textAt(bootstrap, "NAME")],
    ["node", textAt(bootstrap, "NODE_NAME")],
    ["address", bootstrap.proxy?.ip],
    ...addresses.map((address, index) => [`address ${index}`, address] as const),
    ...ownLabels.map((label) => [label, member(labels, label)] as const),
  ];
  return new Map(texts.flatMap(([what, text]) => (typeof text === "string" && text !== "" ? [[what, text] as const] : [])));
}

const metadataOf = ({ message }: Bootstrap): Json | undefined => member(isJsonObject(message.node) ? message.node : undefined, "metadata");

function textAt(bootstrap: Bootstrap, key: string): string | undefined {
  const value = member(metadataOf(bootstrap), key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Where Istio's node metadata lists the ports of the pod's containers, as a JSON text. */
const podPorts = "POD_PORTS";

/** The ports that the pod's containers list: its inbound ones. */
function podPortsOf(bootstrap: Bootstrap): readonly number[] {
  const listed = parseJson(textAt(bootstrap, podPorts) ?? "[]");
  const ports = Array.isArray(listed) ? listed.map((port: Json) => member(port, "containerPort")) : [];
  return [...new Set(ports.filter((port) => typeof port === "number"))];
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The ports that only one of the two lists, in their order: which of them belong together, there and back; none where one lists more. */
function exchangedPorts(olds: readonly number[], news: readonly number[]): readonly (readonly [from: number, to: number])[] {
  const [lost, gained] = [olds.filter((port) => !news.includes(port)), news.filter((port) => !olds.includes(port))];
  if (lost.length !== gained.length) return [];
  return lost.flatMap((port, index) => {
    const other = gained[index] ?? port;
    return [[port, other] as const, [other, port] as const];
  });
}

type Words = readonly (readonly [from: string, to: string])[];

/** The longer first, so that a name that begins with another is not taken for it. */
const longestFirst = (words: Words): Words => [...new Map(words.toReversed())].sort(([a], [b]) => b.length - a.length);

/** What an inbound resource of Istio's is named after: its cluster is `inbound|PORT||`. */
const inboundName = "inbound|";

/** Fields that hold a port as a number. */
const portFields: ReadonlySet<string> = new Set(["port_value", "portValue", "destination_port", "destinationPort"]);

/**
 * Exchanges what belongs to one proxy with what belongs to another, as whole words: done twice, a value is as it was. What both name
 * (the endpoints of the workload) changes with it, so it is for a reader to judge whether the exchange explains anything. The ports of
 * the pods are exchanged where something is inbound alone; elsewhere the same number is a service's.
 */
export class IdentityExchange {
  readonly #words: Words;
  readonly #ports: ReadonlyMap<number, number>;
  readonly #inboundWords: Words;
  /** Is what is exchanged inbound as a whole? */
  readonly #inbound: boolean;

  private constructor(words: Words, ports: ReadonlyMap<number, number>, inbound: boolean) {
    this.#words = words;
    this.#ports = ports;
    this.#inboundWords = longestFirst([...words, ...[...ports].map(([from, to]) => [String(from), String(to)] as const)]);
    this.#inbound = inbound;
  }

  /** Undefined where the dumps are not of two different pods of one workload. */
  static between(old: Snapshot, now: Snapshot): IdentityExchange | undefined {
    const [before, after] = [configurationOf(old).bootstrap, configurationOf(now).bootstrap];
    if (before === null || after === null || before.nodeId === after.nodeId) return undefined;
    if (proxyNameOf(old)?.workload !== proxyNameOf(now)?.workload) return undefined;
    const olds = ownTexts(before);
    const pairs = [...ownTexts(after)].flatMap(([what, text]): [string, string][] => {
      const former = olds.get(what);
      return former === undefined || former === text ? [] : [[text, former]];
    });
    const words = longestFirst([...pairs, ...pairs.map(([a, b]): [string, string] => [b, a])]);
    return new IdentityExchange(words, new Map(exchangedPorts(podPortsOf(before), podPortsOf(after))), false);
  }

  /** The exchange as it is to be used in a resource: of an inbound one the pod's ports, too. */
  within(body: Json): IdentityExchange {
    if (this.#ports.size === 0) return this;
    const [name, ...directions] = ["name", "traffic_direction", "trafficDirection"].map((key) => member(body, key));
    const inbound = directions.includes("INBOUND") || (typeof name === "string" && name.startsWith(inboundName));
    return inbound ? new IdentityExchange(this.#words, this.#ports, true) : this;
  }

  /** The value with the texts exchanged; the value itself where it has none. Keys stay as they are. */
  in(value: Json): Json {
    if (typeof value === "string") return this.inText(value);
    if (Array.isArray(value)) {
      const items = value.map((item: Json) => this.in(item));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    return isJsonObject(value) ? this.#inObject(value) : value;
  }

  #inObject(value: JsonObject): JsonObject {
    let copy: Record<string, Json> | undefined;
    for (const key of Object.keys(value)) {
      const inner = value[key] ?? null;
      const exchanged = this.#inMember(key, inner);
      if (exchanged === inner) continue;
      if (copy === undefined) {
        copy = {};
        for (const other of Object.keys(value)) setMember(copy, other, value[other] ?? null);
      }
      setMember(copy, key, exchanged);
    }
    return copy ?? value;
  }

  #inMember(key: string, value: Json): Json {
    if (this.#inbound && portFields.has(key) && typeof value === "number") return this.#ports.get(value) ?? value;
    return key === podPorts && typeof value === "string" ? exchangeWords(value, this.#inboundWords) : this.in(value);
  }

  inText(text: string): string {
    return exchangeWords(text, this.#inbound || text.includes(inboundName) ? this.#inboundWords : this.#words);
  }
}

function exchangeWords(text: string, words: Words): string {
  if (!words.some(([from]) => text.includes(from))) return text;
  let exchanged = "";
  for (let at = 0; at < text.length; ) {
    const found = words.find(([from]) => text.startsWith(from, at) && isWord(text, at, at + from.length));
    exchanged += found === undefined ? text.charAt(at) : found[1];
    at += found === undefined ? 1 : found[0].length;
  }
  return exchanged;
}

/** Does a word stand there: `10.244.1.5` in `10.244.1.5:8080`, but not in `10.244.1.50`? */
function isWord(text: string, start: number, end: number): boolean {
  return !/[A-Za-z0-9.-]/.test(text.charAt(start - 1)) && !/^(?:[A-Za-z0-9-]|\.\d)/.test(text.slice(end, end + 2));
}
