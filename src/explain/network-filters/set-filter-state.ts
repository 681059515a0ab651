import { lowerAscii } from "../../match/ascii-case.js";
import type { MatchedConnection } from "../../match/connection.js";
import type { Json } from "../../util/json.js";
import { member } from "../../util/json.js";
import { untypedField } from "../http-filters/untyped-field.js";
import { leavesOpen, type NetworkFilterModel, passesOn, placeOfFilter } from "./network-filter.js";

const tcpClusterKey = "envoy.tcp_proxy.cluster";

/**
 * The set_filter_state filter (envoy.extensions.filters.network.set_filter_state.v3): writes filter state at a new connection. The key
 * `envoy.tcp_proxy.cluster` chooses the TCP proxy's cluster.
 */
export const setFilterState: NetworkFilterModel = (filter, { connection }, before) => {
  const written = itemsOf(untypedField(filter.config, "on_new_connection")).map((item) => ({
    key: textOf(item, "object_key") || textOf(item, "factory_key"),
    value: formatted(textOf(member(member(item, "format_string"), "text_format_source"), "inline_string"), connection),
    skipsEmpty: member(item, "skip_if_empty") === true,
  }));
  const later = ["on_downstream_tls_handshake", "on_downstream_data"].flatMap((field) => itemsOf(untypedField(filter.config, field)));
  if (written.length === 0 && later.length === 0) return passesOn();
  const known = new Map(before.filterState);
  let { tcpCluster } = before;
  const open: string[] = later.map((item) => textOf(item, "object_key") || textOf(item, "factory_key"));
  for (const { key, value, skipsEmpty } of written) {
    if (value === null) {
      open.push(key);
      known.delete(key);
    } else if (value !== "" || !skipsEmpty) {
      known.set(key, value);
      if (key === tcpClusterKey) tcpCluster = { name: value, at: placeOfFilter(filter), because: `filter state ${tcpClusterKey}` };
    }
  }
  const because = `writes filter state ${[...written.map(({ key }) => key), ...open].filter((key, index, all) => all.indexOf(key) === index).join(", ")}`;
  const decidedBy = "the value that it writes";
  const unknownState =
    open.length === 0 ? before.unknownState : (before.unknownState ?? { because: `network filter ${filter.name} ${because}`, decidedBy });
  const state = { filterState: known, tcpCluster, unknownState };
  if (!open.includes(tcpClusterKey)) return { does: "continues", because, state };
  return {
    does: "continues",
    because,
    state,
    open: leavesOpen(filter, "filter-not-modelled", "it may choose the TCP proxy's cluster", decidedBy),
  };
};

const itemsOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function textOf(value: Json | undefined, name: string): string {
  const text = member(value, name);
  return typeof text === "string" ? text : "";
}

/** The text of a format that asks for nothing but the SNI; null for any other. */
function formatted(format: string, connection: MatchedConnection): string | null {
  const text = format.replaceAll("%REQUESTED_SERVER_NAME%", lowerAscii(connection.serverName) || "-");
  return text.includes("%") ? null : text;
}
