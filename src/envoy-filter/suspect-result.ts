import { packedType } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { brokenRules } from "./broken-rules.js";
import type { JournalledChange } from "./journal.js";
import { messageIn, nameOf, textsIn } from "./message-fields.js";
import type { Suspicion } from "./patch-account.js";
import { managerType, patchedTypes } from "./patched-types.js";
import { pieceInWords } from "./piece-words.js";
import { currentPointer, type PieceList, resourceOf } from "./pieces.js";

const routerType = "envoy.extensions.filters.http.router.v3.Router";

/** Network filters that end a chain: nothing can stand behind one. */
const terminalTypes: ReadonlySet<string> = new Set([
  managerType,
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
  "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy",
  "envoy.extensions.filters.network.thrift_proxy.v3.ThriftProxy",
  "envoy.extensions.filters.network.dubbo_proxy.v3.DubboProxy",
  "envoy.extensions.filters.network.generic_proxy.v3.GenericProxy",
  "envoy.extensions.filters.network.rocketmq_proxy.v3.RocketmqProxy",
  "envoy.extensions.filters.network.sip_proxy.v3alpha.SipProxy",
  "envoy.extensions.filters.network.direct_response.v3.Config",
  "envoy.extensions.filters.network.echo.v3.Echo",
]);

/** What Envoy refuses of what a change has made. `at` is a pointer into the resources of the result. */
export function* suspectResult(change: JournalledChange): Generator<Suspicion> {
  yield* suspectRules(change);
  yield* suspectFilterOrder(change);
  yield* suspectChains(change);
  yield* suspectNames(change);
}

/** The rules of Envoy's definitions that the message breaks right behind the patch, and did not break before. */
function* suspectRules(change: JournalledChange): Generator<Suspicion> {
  if (change.kind === "removed") return;
  const piece = change.kind === "replaced" ? change.by : change.piece;
  const at = currentPointer(piece);
  if (at === null) return;
  const [after, before] = change.kind === "merged" ? [change.after, change.before] : [piece.value, undefined];
  for (const { at: inner, message } of brokenRules(patchedTypes[change.patch.applyTo], after, before)) {
    yield { code: "invalid-result", at: at + inner, message: `Envoy refuses it: ${message}` };
  }
}

/** A filter behind one that ends the list, or a list that nothing ends. */
function* suspectFilterOrder({ piece, kind }: JournalledChange): Generator<Suspicion> {
  if (kind === "merged") {
    const config = messageIn(piece.value, "typed_config");
    if (config === undefined || packedType(config) !== managerType) return;
    yield* suspectHttpFilters(itemsIn(config, "http_filters"), pointTo(currentPointer(piece) ?? "", "typed_config", "http_filters"));
    return;
  }
  const { holder, keys, pieces } = piece.within;
  const key = keys.at(-1);
  const at = holder === null ? null : currentPointer(holder);
  if (at === null) return;
  const filters = pieces.map(({ value }) => value);
  if (key === "http_filters") {
    yield* suspectHttpFilters(filters, pointTo(at, ...keys));
    const isRouterGone =
      kind !== "added" && typeIn(piece.original ?? piece.value) === routerType && filters.every((filter) => typeIn(filter) !== routerType);
    if (isRouterGone)
      yield { code: "invalid-result", at, message: "no router is left to end the HTTP filters: Envoy refuses the listener" };
  } else if (key === "filters") yield* suspectNetworkFilters(filters, pointTo(at, ...keys));
}

const typeIn = (filter: JsonObject): string => packedType(messageIn(filter, "typed_config") ?? {});
const itemsIn = (message: JsonObject, key: string): readonly JsonObject[] => {
  const list: Json | undefined = message[key];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
};

function* suspectHttpFilters(filters: readonly JsonObject[], at: string): Generator<Suspicion> {
  const router = filters.findIndex((filter) => typeIn(filter) === routerType);
  const behind = filters[router + 1];
  if (router >= 0 && behind !== undefined) {
    const message = `${nameOf(behind)} stands behind ${nameOf(filters[router] ?? {})}, which ends the HTTP filters: Envoy refuses the listener`;
    yield { code: "behind-terminal-filter", at: pointTo(at, router + 1), message };
  }
}

function* suspectNetworkFilters(filters: readonly JsonObject[], at: string): Generator<Suspicion> {
  const last = filters.findIndex((filter) => terminalTypes.has(typeIn(filter)));
  const behind = filters[last + 1];
  if (last < 0 || behind === undefined) return;
  const message = `${nameOf(behind)} stands behind ${nameOf(filters[last] ?? {})}, which ends the chain: Envoy refuses the listener`;
  yield { code: "behind-terminal-filter", at: pointTo(at, last + 1), message };
}

/** A listener without chains, or with two of one match. */
function* suspectChains({ piece, patch, kind }: JournalledChange): Generator<Suspicion> {
  if (patch.applyTo !== "FILTER_CHAIN" && patch.applyTo !== "LISTENER") return;
  if (kind === "merged" && !Object.hasOwn(patch.value, "filter_chain_match") && !Object.hasOwn(patch.value, "filter_chains")) return;
  const listener = resourceOf(piece);
  const at = currentPointer(listener);
  if (at === null) return;
  const chains = itemsIn(listener.value, "filter_chains");
  const isUdp = textIn(listener.value) === "UDP";
  if (chains.length === 0 && !Object.hasOwn(listener.value, "default_filter_chain") && !isUdp) {
    yield { code: "invalid-result", at, message: `${pieceInWords(listener)} has no filter chain: Envoy refuses it` };
  }
  const seen = new Set<string>();
  for (const [index, chain] of chains.entries()) {
    const match = JSON.stringify(chain.filter_chain_match ?? {});
    if (seen.has(match)) {
      const message = "another filter chain has the same match: Envoy refuses the listener";
      yield { code: "invalid-result", at: pointTo(at, "filter_chains", index), message };
    }
    seen.add(match);
  }
}

const textIn = (listener: JsonObject): string => {
  const protocol = messageIn(messageIn(listener, "address"), "socket_address")?.protocol;
  return typeof protocol === "string" ? protocol : "";
};

/** Names and domains that stand twice where they can stand once. */
function* suspectNames(change: JournalledChange): Generator<Suspicion> {
  if (change.kind === "removed") return;
  const piece = change.kind === "replaced" ? change.by : change.piece;
  const key = piece.within.keys.at(-1);
  const isNamed = change.kind !== "merged" || change.after.name !== change.before.name || change.after.domains !== change.before.domains;
  const noun = nounsOfNamed[key ?? ""];
  if (!isNamed || noun === undefined) return;
  const at = currentPointer(piece);
  if (at === null) return;
  const name = nameOf(piece.value);
  const { names, domains } = namesIn(piece.within);
  if ((names.get(name) ?? 0) > 1) yield { code: "invalid-result", at, message: `there is another ${noun} named ${name}` };
  const both = textsIn(piece.value, "domains").find((domain) => (domains.get(domain) ?? 0) > 1);
  if (both !== undefined) {
    yield {
      code: "invalid-result",
      at: pointTo(at, "domains"),
      message: `the domain ${both} stands twice: Envoy refuses the route configuration`,
    };
  }
}

/** What must have a name of its own among its kind. */
const nounsOfNamed: Readonly<Record<string, string>> = { listeners: "listener", clusters: "cluster", virtual_hosts: "virtual host" };

interface NamesInList {
  readonly names: ReadonlyMap<string, number>;
  readonly domains: ReadonlyMap<string, number>;
}

const counted = new WeakMap<PieceList, NamesInList>();

/** How often each name and each domain stands in a list; counted once, when all patches are done. */
function namesIn(list: PieceList): NamesInList {
  let found = counted.get(list);
  if (found === undefined) {
    const values = list.pieces.map(({ value }) => value);
    found = { names: count(values.map(nameOf)), domains: count(values.flatMap((value) => textsIn(value, "domains"))) };
    counted.set(list, found);
  }
  return found;
}

function count(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
