import { messageNameIn } from "../model/proto-json.js";
import type { SectionName } from "../model/snapshot.js";
import { describeMessage, successorOf } from "../proto/describe-type.js";
import type { JsonNode } from "../util/json-outline.js";
import type { DumpText } from "./dump-text.js";
import { stringOf } from "./outline-dump.js";

/** What the resources of a list without any wrapper can be, by their messages. */
const messages: Readonly<Record<Exclude<SectionName, "bootstrap"> | "cluster-status", string>> = {
  clusters: "envoy.config.cluster.v3.Cluster",
  endpoints: "envoy.config.endpoint.v3.ClusterLoadAssignment",
  listeners: "envoy.config.listener.v3.Listener",
  scoped_routes: "envoy.config.route.v3.ScopedRouteConfiguration",
  routes: "envoy.config.route.v3.RouteConfiguration",
  secrets: "envoy.extensions.transport_sockets.tls.v3.Secret",
  ecds: "envoy.config.core.v3.TypedExtensionConfig",
  "cluster-status": "envoy.admin.v3.ClusterStatus",
};

export type BareKind = keyof typeof messages;

const kinds = Object.keys(messages).filter((name): name is BareKind => Object.hasOwn(messages, name));

/**
 * Of which kind are these objects? By their "@type", else the kind whose message knows more of their members than any other does,
 * and most of them; undefined where no kind does: a name alone fits every kind.
 */
export function kindOfResources(text: DumpText, objects: readonly JsonNode[]): BareKind | undefined {
  const [first] = objects;
  if (first === undefined) return undefined;
  const type = stringOf(
    text,
    first.children.find(({ key }) => key === "@type"),
  );
  if (type !== null) {
    const name = messageNameIn(type);
    return kinds.find((kind) => messages[kind] === (successorOf(name) ?? name));
  }
  const counts = countKeys(objects);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const scores = kinds
    .map((kind) => {
      const message = describeMessage(messages[kind]);
      return { kind, score: [...counts].reduce((sum, [key, count]) => sum + (message?.field(key) === undefined ? 0 : count), 0) };
    })
    .sort((a, b) => b.score - a.score);
  const [best, next] = scores;
  if (best === undefined || next === undefined || best.score === next.score || best.score * 2 < total) return undefined;
  return best.kind;
}

function countKeys(objects: readonly JsonNode[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { children } of objects) for (const { key } of children) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
