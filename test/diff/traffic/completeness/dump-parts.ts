/** JSON that may be changed. */
export type Value = null | boolean | number | string | Value[] | Message;
export interface Message {
  [key: string]: Value;
}

export const isMessage = (value: Value | undefined): value is Message =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const messagesIn = (value: Value | undefined): Message[] => (Array.isArray(value) ? value.filter(isMessage) : []);
export const messageIn = (value: Value | undefined): Message | undefined => (isMessage(value) ? value : undefined);
export const textIn = (value: Value | undefined): string | undefined => (typeof value === "string" ? value : undefined);

/** A resource of a dump with the entry that holds it. */
export interface Part {
  readonly kind: "listener" | "routes" | "cluster" | "endpoints";
  readonly body: Message;
  /** The list that holds the entry. */
  readonly list: Value[];
  readonly entry: Message;
}

const places: readonly { readonly kind: Part["kind"]; readonly list: string; readonly way: readonly string[] }[] = [
  { kind: "listener", list: "dynamic_listeners", way: ["active_state", "listener"] },
  { kind: "listener", list: "static_listeners", way: ["listener"] },
  { kind: "routes", list: "dynamic_route_configs", way: ["route_config"] },
  { kind: "cluster", list: "dynamic_active_clusters", way: ["cluster"] },
  { kind: "cluster", list: "static_clusters", way: ["cluster"] },
  { kind: "endpoints", list: "dynamic_endpoint_configs", way: ["endpoint_config"] },
];

/** The resources of a dump that serve. */
export function partsOf(dump: Message): Part[] {
  return messagesIn(dump.configs).flatMap((section) =>
    places.flatMap(({ kind, list, way }) =>
      messagesIn(section[list]).flatMap((entry): Part[] => {
        const body = way.reduce<Message | undefined>((value, key) => messageIn(value?.[key]), entry);
        const held = section[list];
        return body === undefined || !Array.isArray(held) ? [] : [{ kind, body, list: held, entry }];
      }),
    ),
  );
}

export const chainsIn = (listener: Message): Message[] => [
  ...messagesIn(listener.filter_chains),
  ...(isMessage(listener.default_filter_chain) ? [listener.default_filter_chain] : []),
];

const configOf = (filter: Message): Message => messageIn(filter.typed_config) ?? {};
const typeOf = (filter: Message): string => textIn(configOf(filter)["@type"]) ?? "";

export const managersIn = (listener: Message): Message[] =>
  chainsIn(listener).flatMap((chain) =>
    messagesIn(chain.filters)
      .filter((filter) => typeOf(filter).endsWith("HttpConnectionManager"))
      .map(configOf),
  );

export const tcpProxiesIn = (listener: Message): Message[] =>
  chainsIn(listener).flatMap((chain) =>
    messagesIn(chain.filters)
      .filter((filter) => typeOf(filter).endsWith("TcpProxy"))
      .map(configOf),
  );

/** Route configurations of their own, and those inside listeners. */
export function routeTablesIn(dump: Message): Message[] {
  return partsOf(dump).flatMap(({ kind, body }): Message[] => {
    if (kind === "routes") return [body];
    if (kind !== "listener") return [];
    return managersIn(body).flatMap((manager) => (isMessage(manager.route_config) ? [manager.route_config] : []));
  });
}
