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

/**
 * Exchanges what belongs to one proxy with what belongs to another, as whole words: done twice, a value is as it was. What both name
 * (the endpoints of the workload) changes with it, so it is for a reader to judge whether the exchange explains anything.
 */
export class IdentityExchange {
  readonly #words: readonly (readonly [from: string, to: string])[];

  private constructor(words: readonly (readonly [string, string])[]) {
    this.#words = words;
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
    // The longer first, so that a name that begins with another is not taken for it.
    const words = [...pairs, ...pairs.map(([a, b]): [string, string] => [b, a])].sort(([a], [b]) => b.length - a.length);
    return new IdentityExchange([...new Map(words.toReversed())].sort(([a], [b]) => b.length - a.length));
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
      const exchanged = this.in(inner);
      if (exchanged === inner) continue;
      if (copy === undefined) {
        copy = {};
        for (const other of Object.keys(value)) setMember(copy, other, value[other] ?? null);
      }
      setMember(copy, key, exchanged);
    }
    return copy ?? value;
  }

  inText(text: string): string {
    if (!this.#words.some(([from]) => text.includes(from))) return text;
    let exchanged = "";
    for (let at = 0; at < text.length; ) {
      const found = this.#words.find(([from]) => text.startsWith(from, at) && isWord(text, at, at + from.length));
      exchanged += found === undefined ? text.charAt(at) : found[1];
      at += found === undefined ? 1 : found[0].length;
    }
    return exchanged;
  }
}

/** Does a word stand there: `10.244.1.5` in `10.244.1.5:8080`, but not in `10.244.1.50`? */
function isWord(text: string, start: number, end: number): boolean {
  return !/[A-Za-z0-9.-]/.test(text.charAt(start - 1)) && !/^(?:[A-Za-z0-9-]|\.\d)/.test(text.slice(end, end + 2));
}
