// Every question that is asked of a mutated dump, and what is wrong with an answer.
import { readFileSync } from "node:fs";
import { randomFrom } from "./mutate.mjs";

const lists = ["listeners", "routes", "clusters", "endpoints", "secrets", "bootstrap", "ecds"];
const targets = [
  ["http://reviews:9080/reviews/0"],
  ["https://api.example.com/"],
  ["tcp://mysql:3306"],
  ["http://reviews/v2", "--to", "127.0.0.1:19080"],
  ["tls://reviews.example.com:443", "--to", "127.0.0.1:19443"],
  ["http://10.244.1.5:9080/", "--direction", "inbound", "-H", "end-user: jason"],
];
const kinds = ["listener", "route", "cluster", "endpoints", "secret", "bootstrap", "ecds"];
const paths = ["$..name", "/configs/0", "$.clusters[?(@.type=='EDS')].name", "$.configs[*]['@type']"];

/** What the dumps are compared with; it is the file `base`. */
export const base = readFileSync(new URL("../../snapshots/bookinfo.json.gz", import.meta.url));

/** EnvoyFilters that find something to do in most dumps; they are the file `filters`. */
export const filters = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: everything }
spec:
  configPatches:
  - applyTo: LISTENER
    patch: { operation: MERGE, value: { listener_filters_timeout: 1s } }
  - applyTo: LISTENER
    patch: { operation: ADD, value: { name: added, filter_chains: [{ filters: [{ name: lua, config_discovery: {} }] }] } }
  - applyTo: FILTER_CHAIN
    match: { listener: { filterChain: { name: PassthroughFilterChain } } }
    patch: { operation: REMOVE }
  - applyTo: NETWORK_FILTER
    match: { listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager } } } }
    patch:
      operation: MERGE
      value:
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          max_request_headers_kb: 96
          access_log: [{ name: envoy.access_loggers.stdout }]
  - applyTo: HTTP_FILTER
    match: { listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }
    patch: { operation: INSERT_BEFORE, value: { name: lua, config_discovery: {} } }
  - applyTo: LISTENER_FILTER
    match: { listener: { listenerFilter: envoy.filters.listener.tls_inspector } }
    patch: { operation: REMOVE }
  - applyTo: VIRTUAL_HOST
    patch: { operation: ADD, value: { name: added, domains: ["added.example"] } }
  - applyTo: HTTP_ROUTE
    patch: { operation: MERGE, value: { route: { timeout: 1s } } }
  - applyTo: CLUSTER
    match: { cluster: { service: reviews.default.svc.cluster.local } }
    patch: { operation: REMOVE }
  - applyTo: CLUSTER
    patch: { operation: MERGE, value: { circuit_breakers: { thresholds: [{ max_requests: 1 }] } } }
  - applyTo: EXTENSION_CONFIG
    patch: { operation: ADD, value: { name: lua } }
`;

/** The files that command lines name, beside the dump. */
export const furtherFiles = { base, filters: new TextEncoder().encode(filters) };

/**
 * The command lines for the dump of that number, which is the file `dump`.
 *
 * @param {number} seed
 * @returns {readonly (readonly string[])[]}
 */
export function questionsFor(seed) {
  const random = randomFrom(seed ^ 0x5eed);
  const pick = (list) => list[random(list.length)];
  return [
    ["summary", "dump", "-o", pick(["text", "json", "yaml", "markdown"])],
    ...lists.map((list) => [list, "dump", "-o", pick(["short", "json", "ndjson"])]),
    ["explain", "dump", ...pick(targets)],
    ["explain", "dump", ...pick(targets), "-o", "json"],
    ["show", "dump", pick(kinds), ...pick([[], ["--decoded"], ["-o", "yaml"]])],
    [
      "diff",
      ...pick([
        ["base", "dump"],
        ["dump", "base"],
      ]),
      ...pick([[], ["--all", "--unified"], ["-o", "markdown"], ["-o", "github"], ["-o", "json"]]),
    ],
    ["textconv", "dump"],
    ["redact", "dump", "-o", "redacted", ...pick([[], ["--pseudonyms"], ["--keep-code"]])],
    ["redact", "--check", "dump"],
    ["query", "dump", pick(paths), ...pick([[], ["--decoded"], ["--at"]])],
    [
      "patch",
      "dump",
      "filters",
      "-q",
      ...pick([[], ["-o", "dump"], ["-o", "json"], ["-o", "markdown", "--all"], ["--check"], ["--check", "--at"]]),
    ],
    ["diff", "base", "dump", "--envoyfilter", "filters", "-o", pick(["text", "json"])],
  ];
}

/**
 * What is wrong with how a command ended; undefined for an answer, and for one line and status 2.
 *
 * @param {{ readonly status: number, readonly out: string, readonly err: string }} ended
 * @returns {string | undefined}
 */
export function faultOf({ status, out, err }) {
  // 1: a diff has found a difference, a check something to hide.
  if (status === 0 || status === 1) return undefined;
  if (status !== 2) return `status ${status}: ${err.slice(0, 2000)}`;
  if (out !== "") return `status 2 with an answer: ${out.slice(0, 200)}`;
  const said = err.split("\n").filter((line) => line.startsWith("xdsight: ") && !/^xdsight: (note|warning): /.test(line));
  const strange = err.split("\n").filter((line) => line !== "" && !line.startsWith("xdsight: ") && !line.startsWith("  "));
  if (said.length !== 1 || strange.length > 0 || /\n\s+at .*:\d+:\d+/.test(err)) return `not one line: ${err.slice(0, 2000)}`;
  return said[0] !== undefined && said[0].length > 1_000 ? `a line of ${said[0].length} characters: ${said[0].slice(0, 300)}` : undefined;
}
