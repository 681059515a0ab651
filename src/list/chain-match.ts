import type { FilterChainMatch } from "../generated/messages.js";

interface Range {
  readonly address_prefix?: string;
  readonly prefix_len?: number;
}

const writtenOut: ReadonlySet<string> = new Set([
  ...["server_names", "transport_protocol", "application_protocols", "prefix_ranges", "destination_port"],
  ...["source_prefix_ranges", "direct_source_prefix_ranges", "source_ports", "source_type"],
]);

/**
 * Every criterion of a filter chain match in istioctl's words, and in words of the same kind for those that istioctl leaves out:
 * `SNI: api.example.com; Trans: tls; App: h2; Addr: 10.96.0.11/32:9080; Src: 10.0.0.0/8`. `ALL` takes every connection.
 */
export function describeChainMatch(match: FilterChainMatch): string {
  const port = match.destination_port === undefined ? "" : `:${match.destination_port}`;
  const ranges = rangesText(match.prefix_ranges);
  const criteria = [
    ["SNI", match.server_names?.join(",")],
    ["Trans", match.transport_protocol],
    ["App", match.application_protocols?.join(",")],
    ["Addr", ranges === undefined ? port && `*${port}` : `${ranges}${port}`],
    ["Src", rangesText(match.source_prefix_ranges)],
    ["Direct src", rangesText(match.direct_source_prefix_ranges)],
    ["Src port", match.source_ports?.join(",")],
    ["Src type", match.source_type],
    ...Object.entries(match).flatMap(([field, value]) => (writtenOut.has(field) ? [] : [[field, JSON.stringify(value)] as const])),
  ] as const;
  const said = criteria.flatMap(([what, text]) => (text === undefined || text === "" ? [] : [`${what}: ${text}`]));
  return said.length === 0 ? "ALL" : said.join("; ");
}

/** A range without a length is the whole address space (semantics of CidrRange). */
const rangesText = (ranges: readonly Range[] | undefined): string | undefined =>
  ranges?.map(({ address_prefix = "", prefix_len = 0 }) => `${address_prefix}/${prefix_len}`).join(",");
