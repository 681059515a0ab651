import {
  isMessage,
  type Message,
  managersIn,
  messageIn,
  messagesIn,
  partsOf,
  routeTablesIn,
  tcpProxiesIn,
  textIn,
  type Value,
} from "./dump-parts.js";
import type { Draws } from "./random.js";

/** What was changed, in words; `around`: the part of the dump that holds it. */
export interface Mutation {
  readonly what: string;
  /** The messages in whose literals requests are drawn: of the dump as it is after the change. */
  readonly around: readonly Message[];
}

type Mutator = (dump: Message, draws: Draws) => Mutation | undefined;

/** Changes one thing that has a meaning, at a random place; undefined where the dump has no such place. */
export function mutateDump(dump: Message, draws: Draws): Mutation | undefined {
  for (let attempt = 0; attempt < 20; attempt++) {
    const mutation = draws.pick(mutators)?.(dump, draws);
    if (mutation !== undefined) return mutation;
  }
  return undefined;
}

const clusterNames = (dump: Message): string[] =>
  partsOf(dump).flatMap(({ kind, body }) => (kind === "cluster" ? (textIn(body.name) ?? []) : []));

/** A virtual host with its table. */
function pickHost(
  dump: Message,
  draws: Draws,
): { readonly table: Message; readonly host: Message; readonly routes: Message[] } | undefined {
  const table = draws.pick(routeTablesIn(dump));
  const host = draws.pick(messagesIn(table?.virtual_hosts));
  return table === undefined || host === undefined ? undefined : { table, host, routes: messagesIn(host.routes) };
}

const pickListener = (dump: Message, draws: Draws): Message | undefined =>
  draws.pick(partsOf(dump).flatMap(({ kind, body }) => (kind === "listener" ? [body] : [])));

const words = ["/", "/api", "/api/v1", "/reviews", "/login", "/healthz", "/ratings/0", "/x"];
const names = ["end-user", "x-user", "x-canary", "x-version", "cookie", "user-agent", ":method"];
const values = ["jason", "v2", "true", "GET", "POST", "abc", ""];

function drawPath(draws: Draws): Message {
  const path = draws.pick(words) ?? "/";
  return (
    draws.pick<Message>([
      { prefix: path },
      { path },
      ...(path.length > 1 ? [{ path_separated_prefix: path }] : []),
      { safe_regex: { regex: draws.pick(["/api/.*", "/(reviews|ratings)/[0-9]+", ".*", "/v[12]/.*"]) ?? ".*" } },
      { prefix: path, case_sensitive: false },
    ]) ?? { prefix: "/" }
  );
}

function drawHeader(draws: Draws): Message {
  const name = draws.pick(names) ?? "x-user";
  const value = draws.pick(values) ?? "jason";
  return (
    draws.pick<Message>([
      { name, string_match: { exact: value || "jason" } },
      { name, string_match: { prefix: value || "j" } },
      { name, string_match: { contains: value || "a", ignore_case: true } },
      { name, string_match: { suffix: value || "n" } },
      { name, string_match: { safe_regex: { regex: "[a-z]+[0-9]?" } } },
      { name, present_match: true },
      { name, string_match: { exact: value || "x" }, invert_match: true },
      { name, string_match: { exact: value || "x" }, invert_match: true, treat_missing_header_as_empty: true },
      { name: "x-number", range_match: { start: "10", end: "20" } },
    ]) ?? { name, present_match: true }
  );
}

function drawMatch(draws: Draws): Message {
  const match = drawPath(draws);
  if (draws.once(2)) match.headers = [drawHeader(draws)];
  if (draws.once(5)) match.query_parameters = [{ name: "version", string_match: { exact: draws.pick(["1", "2"]) ?? "1" } }];
  return match;
}

function drawAction(dump: Message, draws: Draws): Message {
  const cluster = draws.pick(clusterNames(dump)) ?? "missing";
  const other = draws.pick(clusterNames(dump)) ?? "missing";
  return (
    draws.pick<Message>([
      { route: { cluster } },
      { route: { cluster, timeout: "3s" } },
      {
        route: {
          weighted_clusters: {
            clusters: [
              { name: cluster, weight: 30 },
              { name: other, weight: 70 },
            ],
          },
        },
      },
      { route: { cluster: "outbound|80||nowhere.example" } },
      { direct_response: { status: 418 } },
      { redirect: { host_redirect: "elsewhere.example" } },
      { route: { cluster, prefix_rewrite: "/rewritten" } },
    ]) ?? { route: { cluster } }
  );
}

const setRoutes = (host: Message, routes: Value[]): void => {
  host.routes = routes;
};

/** A route by the first specifier of its match that holds a text. */
function editPath(match: Message, draws: Draws): boolean {
  const field = ["prefix", "path", "path_separated_prefix"].find((name) => typeof match[name] === "string");
  const text = field === undefined ? undefined : textIn(match[field]);
  if (field === undefined || text === undefined) return false;
  const shorter = text.length > 1 ? text.slice(0, -1) : `${text}x`;
  const longer = `${text}${text.endsWith("/") ? "" : "/"}x`;
  delete match[field];
  if (draws.once(3)) match[field === "path" ? "prefix" : "path"] = text;
  else match[field] = draws.once(2) ? shorter : longer;
  return true;
}

const mutators: readonly Mutator[] = [
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    if (host === undefined || table === undefined || routes === undefined || routes.length < 2) return undefined;
    const [one, other] = [draws.number(routes.length), draws.number(routes.length)];
    const [first, second] = [routes[one], routes[other]];
    if (first === undefined || second === undefined || one === other) return undefined;
    setRoutes(
      host,
      routes.map((route, index) => (index === one ? second : index === other ? first : route)),
    );
    return { what: `routes #${one} and #${other} of ${String(host.name)} swapped`, around: [host, table] };
  },
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    if (host === undefined || table === undefined || routes === undefined || routes.length === 0) return undefined;
    const gone = draws.number(routes.length);
    const around = [host, table, routes[gone] ?? {}];
    setRoutes(
      host,
      routes.filter((_, index) => index !== gone),
    );
    return { what: `route #${gone} of ${String(host.name)} removed`, around };
  },
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    if (host === undefined || table === undefined || routes === undefined) return undefined;
    const at = draws.number(routes.length + 1);
    const route: Message = { name: "added", match: drawMatch(draws), ...drawAction(dump, draws) };
    setRoutes(host, routes.toSpliced(at, 0, route));
    return { what: `route #${at} added to ${String(host.name)}: ${JSON.stringify(route.match)}`, around: [host, table] };
  },
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    const route = draws.pick(routes ?? []);
    const match = messageIn(route?.match);
    if (host === undefined || table === undefined || match === undefined || !editPath(match, draws)) return undefined;
    return { what: `path of a match in ${String(host.name)} edited: ${JSON.stringify(match)}`, around: [host, table] };
  },
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    const route = draws.pick(routes ?? []);
    const match = messageIn(route?.match);
    if (host === undefined || table === undefined || match === undefined) return undefined;
    const had = messagesIn(match.headers);
    match.headers = had.length > 0 && draws.once(2) ? had.slice(1) : [...had, drawHeader(draws)];
    return { what: `headers of a match in ${String(host.name)} edited: ${JSON.stringify(match)}`, around: [host, table] };
  },
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    const index = draws.number(routes?.length ?? 0);
    const route = routes?.[index];
    if (host === undefined || table === undefined || routes === undefined || route === undefined) return undefined;
    const kept: Message = { match: route.match ?? {}, ...(route.name === undefined ? {} : { name: route.name }) };
    setRoutes(host, routes.with(index, { ...kept, ...drawAction(dump, draws) }));
    return { what: `action of route #${index} of ${String(host.name)} replaced`, around: [host, table] };
  },
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    const action = messageIn(draws.pick(routes ?? [])?.route);
    if (host === undefined || table === undefined || action === undefined) return undefined;
    const edit = draws.pick<Message>([
      { timeout: "7s" },
      { retry_policy: { retry_on: "5xx", num_retries: 3 } },
      { prefix_rewrite: "/rewritten" },
      { host_rewrite_literal: "rewritten.example" },
      { request_mirror_policies: [{ cluster: draws.pick(clusterNames(dump)) ?? "mirror" }] },
      { regex_rewrite: { pattern: { regex: "/api/(.*)" }, substitution: "/\\1" } },
    ]);
    Object.assign(action, edit);
    return { what: `route action in ${String(host.name)}: ${JSON.stringify(edit)}`, around: [host, table] };
  },
  (dump, draws) => {
    const { table, host, routes } = pickHost(dump, draws) ?? {};
    const weighted = messagesIn(messageIn(messageIn(draws.pick(routes ?? [])?.route)?.weighted_clusters)?.clusters);
    const [first, second] = weighted;
    if (host === undefined || table === undefined || first === undefined || second === undefined) return undefined;
    [first.weight, second.weight] = [second.weight ?? 0, first.weight ?? 0];
    if (first.weight === second.weight) first.weight = Number(first.weight) + 5;
    return { what: `weights in ${String(host.name)} changed`, around: [host, table] };
  },
  (dump, draws) => {
    const table = draws.pick(routeTablesIn(dump));
    const hosts = messagesIn(table?.virtual_hosts);
    const gone = draws.number(hosts.length);
    const host = hosts[gone];
    if (table === undefined || host === undefined) return undefined;
    table.virtual_hosts = hosts.filter((_, index) => index !== gone);
    return { what: `virtual host ${String(host.name)} removed`, around: [host, table] };
  },
  (dump, draws) => {
    const table = draws.pick(routeTablesIn(dump));
    const hosts = messagesIn(table?.virtual_hosts);
    const [from, to] = [draws.pick(hosts), draws.pick(hosts)];
    const domains = Array.isArray(from?.domains) ? from.domains : [];
    const domain = draws.pick(domains);
    if (table === undefined || from === undefined || to === undefined || from === to || domain === undefined || domains.length < 2)
      return undefined;
    from.domains = domains.filter((one) => one !== domain);
    to.domains = [...(Array.isArray(to.domains) ? to.domains : []), domain];
    return { what: `domain ${String(domain)} moved from ${String(from.name)} to ${String(to.name)}`, around: [from, to, table] };
  },
  (dump, draws) => {
    const { table, host } = pickHost(dump, draws) ?? {};
    const domains = Array.isArray(host?.domains) ? host.domains.map(String) : [];
    const some = draws.pick(domains.filter((domain) => !domain.startsWith("*") && domain.includes(".")));
    if (table === undefined || host === undefined) return undefined;
    const added =
      draws.pick([`*.${some?.split(".").slice(1).join(".") ?? "example"}`, `${some?.split(".")[0] ?? "api"}*`, "brand-new.example"]) ??
      "brand-new.example";
    const taken = messagesIn(table.virtual_hosts).flatMap((one) => (Array.isArray(one.domains) ? one.domains : []));
    if (taken.includes(added)) return undefined;
    host.domains = [...domains, added];
    return { what: `domain ${added} added to ${String(host.name)}`, around: [host, table] };
  },
  (dump, draws) => {
    const { table, host } = pickHost(dump, draws) ?? {};
    if (host === undefined || table === undefined) return undefined;
    const edit = draws.pick<Message>([
      { require_tls: "ALL" },
      { retry_policy: { retry_on: "connect-failure", num_retries: 5 } },
      {
        typed_per_filter_config: {
          "envoy.filters.http.fault": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault",
            abort: { http_status: 503, percentage: { numerator: 100 } },
            headers: [drawHeader(draws)],
          },
        },
      },
    ]);
    Object.assign(host, edit);
    return { what: `virtual host ${String(host.name)}: ${JSON.stringify(edit)}`, around: [host, table] };
  },
  (dump, draws) => {
    const listener = pickListener(dump, draws);
    const chain = draws.pick(messagesIn(listener?.filter_chains));
    if (listener === undefined || chain === undefined) return undefined;
    const match: Message = messageIn(chain.filter_chain_match) ?? {};
    const edit = draws.pick<Message>([
      { destination_port: 8443 },
      { prefix_ranges: [{ address_prefix: "10.96.0.0", prefix_len: 24 }] },
      { server_names: ["*.example.com", "api.example"] },
      { transport_protocol: match.transport_protocol === "tls" ? "raw_buffer" : "tls" },
      { application_protocols: draws.pick<string[]>([["http/1.1", "h2c"], ["istio"], ["h2"]]) ?? [] },
      { source_prefix_ranges: [{ address_prefix: "10.1.0.0", prefix_len: 16 }] },
      { source_type: "SAME_IP_OR_LOOPBACK" },
    ]);
    const [dropped] = Object.keys(match);
    if (draws.once(3) && dropped !== undefined) delete match[dropped];
    else Object.assign(match, edit);
    chain.filter_chain_match = match;
    return { what: `filter chain match of ${String(listener.name)}: ${JSON.stringify(match)}`, around: [listener] };
  },
  (dump, draws) => {
    const listener = pickListener(dump, draws);
    const chains = messagesIn(listener?.filter_chains);
    const gone = draws.number(chains.length);
    if (listener === undefined || chains.length < 2) return undefined;
    const removed = chains[gone] ?? {};
    listener.filter_chains = chains.filter((_, index) => index !== gone);
    return { what: `filter chain #${gone} of ${String(listener.name)} removed`, around: [listener, removed] };
  },
  (dump, draws) => {
    const part = draws.pick(partsOf(dump).filter(({ kind }) => kind === "listener"));
    if (part === undefined) return undefined;
    part.list.splice(part.list.indexOf(part.entry), 1);
    return { what: `listener ${String(part.body.name)} removed`, around: [part.body] };
  },
  (dump, draws) => {
    const listener = pickListener(dump, draws);
    const address = messageIn(messageIn(listener?.address)?.socket_address);
    if (listener === undefined || address === undefined) return undefined;
    const [ip, port] = [String(address.address), Number(address.port_value)];
    if (draws.once(2)) address.address = ip === "0.0.0.0" ? "10.96.7.7" : ip.includes(":") ? "::" : "0.0.0.0";
    else address.port_value = port + 1;
    return {
      what: `address of ${String(listener.name)}: ${JSON.stringify(address)}`,
      around: [listener, { socket_address: { address: ip, port_value: port } }],
    };
  },
  (dump, draws) => {
    const listener = pickListener(dump, draws);
    const filters = messagesIn(listener?.listener_filters);
    if (listener === undefined || filters.length === 0) return undefined;
    const gone = draws.number(filters.length);
    listener.listener_filters = filters.filter((_, index) => index !== gone);
    return { what: `listener filter #${gone} of ${String(listener.name)} removed`, around: [listener] };
  },
  (dump, draws) => {
    const listener = pickListener(dump, draws);
    const proxy = draws.pick(listener === undefined ? [] : tcpProxiesIn(listener));
    if (listener === undefined || proxy === undefined) return undefined;
    delete proxy.weighted_clusters;
    proxy.cluster = draws.pick([...clusterNames(dump), "missing"]) ?? "missing";
    return { what: `TCP proxy of ${String(listener.name)} goes to ${String(proxy.cluster)}`, around: [listener] };
  },
  (dump, draws) => {
    const listener = pickListener(dump, draws);
    const manager = draws.pick(listener === undefined ? [] : managersIn(listener));
    if (listener === undefined || manager === undefined) return undefined;
    const edit = draws.pick<Message>([
      { max_request_headers_kb: 20 },
      { common_http_protocol_options: { max_headers_count: 30 } },
      { normalize_path: manager.normalize_path !== true },
      { merge_slashes: manager.merge_slashes !== true },
      { strip_any_host_port: manager.strip_any_host_port !== true },
      { strip_trailing_host_dot: true },
      { path_with_escaped_slashes_action: "REJECT_REQUEST" },
      { stream_idle_timeout: "33s" },
    ]);
    Object.assign(manager, edit);
    return { what: `connection manager of ${String(listener.name)}: ${JSON.stringify(edit)}`, around: [listener] };
  },
  (dump, draws) => {
    const listener = pickListener(dump, draws);
    const manager = draws.pick(listener === undefined ? [] : managersIn(listener));
    const filters = messagesIn(manager?.http_filters);
    if (listener === undefined || manager === undefined || filters.length < 2) return undefined;
    const fault: Message = {
      name: "added-fault",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault",
        abort: { http_status: 503, percentage: { numerator: 100 } },
        headers: [drawHeader(draws)],
      },
    };
    const rbac: Message = {
      name: "added-rbac",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
        rules: { action: draws.once(2) ? "DENY" : "ALLOW", policies: { one: drawPolicy(draws) } },
      },
    };
    const gone = draws.number(filters.length - 1);
    manager.http_filters = draws.once(3) ? filters.filter((_, index) => index !== gone) : [draws.once(2) ? fault : rbac, ...filters];
    return { what: `HTTP filters of ${String(listener.name)} changed`, around: [listener] };
  },
  (dump, draws) => {
    const listeners = partsOf(dump).flatMap(({ kind, body }) => (kind === "listener" ? [body] : []));
    const found = listeners.flatMap((listener) => policiesIn(listener).map((rules) => ({ listener, rules })));
    const { listener, rules } = draws.pick(found) ?? {};
    const policies = messageIn(rules?.policies);
    const name = draws.pick(Object.keys(policies ?? {}));
    if (listener === undefined || rules === undefined || policies === undefined || name === undefined) return undefined;
    const was = policies[name] ?? null;
    if (draws.once(3)) delete policies[name];
    else if (draws.once(2)) rules.action = rules.action === "DENY" ? "ALLOW" : "DENY";
    else policies[name] = drawPolicy(draws);
    return { what: `RBAC policy ${name} of ${String(listener.name)} changed`, around: [listener, isMessage(was) ? was : {}] };
  },
  (dump, draws) => {
    const part = draws.pick(partsOf(dump).filter(({ kind }) => kind === "cluster"));
    if (part === undefined) return undefined;
    part.list.splice(part.list.indexOf(part.entry), 1);
    return { what: `cluster ${String(part.body.name)} removed`, around: [part.body] };
  },
  (dump, draws) => {
    const part = draws.pick(partsOf(dump).filter(({ kind }) => kind === "cluster"));
    if (part === undefined) return undefined;
    if (part.body.transport_socket === undefined && part.body.transport_socket_matches === undefined) {
      part.body.transport_socket = {
        name: "envoy.transport_sockets.tls",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", sni: "added.example" },
      };
    } else {
      delete part.body.transport_socket;
      delete part.body.transport_socket_matches;
    }
    return { what: `TLS of cluster ${String(part.body.name)} changed`, around: [part.body] };
  },
  (dump, draws) => {
    const part = draws.pick(partsOf(dump).filter(({ kind }) => kind === "endpoints"));
    if (part === undefined) return undefined;
    if (draws.once(2)) part.body.endpoints = [];
    else
      for (const group of messagesIn(part.body.endpoints))
        for (const endpoint of messagesIn(group.lb_endpoints)) endpoint.health_status = "UNHEALTHY";
    return { what: `endpoints of ${String(part.body.cluster_name)} gone or ill`, around: [part.body] };
  },
];

function drawPolicy(draws: Draws): Message {
  const permission = draws.pick<Message>([
    { any: true },
    { url_path: { path: { prefix: draws.pick(words) ?? "/" } } },
    { header: { name: ":method", string_match: { exact: "POST" } } },
    { not_rule: { url_path: { path: { exact: "/healthz" } } } },
    { and_rules: { rules: [{ header: drawHeader(draws) }, { url_path: { path: { prefix: "/api" } } }] } },
    { destination_port: 9080 },
  ]);
  const principal = draws.pick<Message>([
    { any: true },
    { authenticated: { principal_name: { exact: "spiffe://cluster.local/ns/default/sa/sleep" } } },
    { direct_remote_ip: { address_prefix: "10.1.0.0", prefix_len: 16 } },
    { not_id: { header: drawHeader(draws) } },
    { header: drawHeader(draws) },
  ]);
  return { permissions: [permission ?? { any: true }], principals: [principal ?? { any: true }] };
}

/** Every set of RBAC rules in a listener. */
function policiesIn(value: Value, depth = 0): Message[] {
  if (Array.isArray(value)) return value.flatMap((item) => policiesIn(item, depth + 1));
  if (!isMessage(value) || depth > 40) return [];
  const own = isMessage(value.rules) && isMessage(value.rules.policies) ? [value.rules] : [];
  return [...own, ...Object.values(value).flatMap((inner) => policiesIn(inner, depth + 1))];
}
