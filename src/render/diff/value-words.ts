import { readCertificates } from "../../decode/certificate.js";
import { decodeRoute } from "../../decode/decode-route-configuration.js";
import type { FilterChainMatch, RouteMatch, Route as RouteMessage } from "../../generated/messages.js";
import { describeChainMatch } from "../../list/chain-match.js";
import { describePathMatch } from "../../list/path-match.js";
import { describeDestination, destinationOf } from "../../list/route-destination.js";
import { isJsonObject, type Json, type JsonObject, member } from "../../util/json.js";
import { countOf } from "../../util/text.js";
import { plainText } from "../text-wrap.js";

/** Longer values are cut; --all and the JSON answer have them in full. */
const longest = 160;

/** A value in a few words for the field that it stands in. */
export function describeValue(field: string, value: Json): string {
  const known = isJsonObject(value) ? describeKnown(field, value) : typeof value === "string" ? describeText(field, value) : undefined;
  return known ?? shorten(plainValue(value));
}

function plainValue(value: Json): string {
  if (typeof value === "string") return value === "" || /^\s|\s$/.test(value) ? JSON.stringify(value) : plainText(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.map(plainValue).join(", ");
  if (isJsonObject(value) && Object.keys(value).length > 0 && Object.values(value).every((inner) => typeof inner !== "object")) {
    return Object.entries(value)
      .map(([key, inner]) => `${plainText(key)} ${plainValue(inner)}`)
      .join(", ");
  }
  return plainText(JSON.stringify(value));
}

const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

function describeKnown(field: string, value: JsonObject): string | undefined {
  switch (field) {
    case "access_log":
      return describeAccessLog(value);
    case "routes":
      return isRoute(value) ? describeRoute(value) : undefined;
    case "virtual_hosts":
      return [listWords("domain", value.domains), listWords("route", value.routes)].flatMap((words) => words ?? []).join("; ");
    case "filter_chains":
    case "default_filter_chain":
      return describeChain(value);
    case "transport_socket":
      return describeTransportSocket(value);
    case "transport_socket_matches": {
      const socket = member(value, "transport_socket");
      return isJsonObject(socket) ? describeTransportSocket(socket) : undefined;
    }
    case "filters":
    case "http_filters":
    case "listener_filters":
      return describeFilter(value);
    case "lb_endpoints":
      return describeEndpoint(value);
    default:
      return field.endsWith("_headers_to_add") ? describeHeader(value) : undefined;
  }
}

/** `HEALTHY, weight 1`: its address is its key. */
function describeEndpoint(value: JsonObject): string | undefined {
  const [health, weight] = [member(value, "health_status"), member(value, "load_balancing_weight")];
  const words = [...(typeof health === "string" ? [health] : []), ...(typeof weight === "number" ? [`weight ${weight}`] : [])];
  return words.length === 0 ? undefined : plainText(words.join(", "));
}

/** Bytes and certificates, which nobody reads as they stand. */
function describeText(field: string, value: string): string | undefined {
  // What does not fit its field comes as it stands in the file.
  const isBytes = field === "inline_bytes" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  if (!isBytes && !value.startsWith("-----BEGIN CERTIFICATE-----")) return undefined;
  const certificates = readCertificates(isBytes ? { base64: value } : { text: value }, "");
  if (certificates.length === 0) return isBytes ? countOf(Math.floor((value.replace(/=+$/, "").length * 3) / 4), "byte") : undefined;
  const [first] = certificates;
  const names = first?.subjectAltNames.join(", ") || first?.subject || "nobody";
  const further = certificates.length > 1 ? ` and ${countOf(certificates.length - 1, "certificate")} more` : "";
  return plainText(`certificate for ${names}, serial ${first?.serial ?? ""}, until ${first?.notAfter ?? ""}${further}`);
}

/** `UpstreamTlsContext, SNI reviews.example.com` */
function describeTransportSocket(value: JsonObject): string {
  const config = member(value, "typed_config");
  const sni = member(config, "sni");
  return [shortType(config) ?? String(member(value, "name") ?? ""), ...(typeof sni === "string" ? [`SNI ${plainText(sni)}`] : [])].join(
    ", ",
  );
}

/** `/dev/stdout, JSON, 12 keys` */
function describeAccessLog(value: JsonObject): string {
  const config = member(value, "typed_config");
  const type = shortType(config);
  const path = member(config, "path");
  const format = member(config, "log_format");
  const json = member(format, "json_format") ?? member(config, "json_format") ?? member(config, "typed_json_format");
  const text = member(format, "text_format_source") ?? member(format, "text_format") ?? member(config, "format");
  return [
    typeof path === "string" ? plainText(path) : (type ?? "no configuration"),
    isJsonObject(json) ? `JSON, ${countOf(Object.keys(json).length, "key")}` : text === undefined ? "default format" : "text",
    ...(member(value, "filter") === undefined ? [] : ["filtered"]),
  ].join(", ");
}

/** `/maint* → direct response 503` */
export function describeRoute(message: RouteMessage): string {
  return `${describeRouteMatch(message.match ?? {})} → ${plainText(describeDestination(destinationOf(decodeRoute(message, 0))))}`;
}

function describeRouteMatch(match: RouteMatch): string {
  const further = [
    ...(match.headers ?? []).map(({ name = "" }) => `header ${name}`),
    ...(match.query_parameters ?? []).map(({ name = "" }) => `query ${name}`),
    ...Object.keys(match).filter((key) => !pathFields.includes(key) && key !== "headers" && key !== "query_parameters"),
  ];
  return plainText([describePathMatch(match), ...further].join(" and "));
}

const pathFields: readonly string[] = [
  ...["prefix", "path", "safe_regex", "path_separated_prefix", "path_match_policy", "connect_matcher", "case_sensitive"],
];

function describeChain(value: JsonObject): string {
  const match = member(value, "filter_chain_match");
  const filters = Array.isArray(value.filters) ? value.filters : [];
  const names = filters.map((filter: Json) => shortType(member(filter, "typed_config")) ?? String(member(filter, "name") ?? ""));
  const takes = isChainMatch(match) ? describeChainMatch(match) : "ALL";
  return plainText(`${takes} → ${names.length === 0 ? "no filters" : names.join(", ")}`);
}

/** `Lua, 5 lines` */
function describeFilter(value: JsonObject): string {
  const config = member(value, "typed_config");
  const source = member(member(config, "default_source_code"), "inline_string") ?? member(config, "inline_code");
  const type =
    shortType(config) ?? (member(value, "config_discovery") === undefined ? "no configuration" : "configured by discovery (ECDS)");
  return typeof source === "string" ? `${type}, ${countOf(source.trimEnd().split("\n").length, "line")}` : type;
}

function describeHeader(value: JsonObject): string {
  const header = member(value, "header");
  const action = member(value, "append_action");
  return [plainText(String(member(header, "value") ?? "")), ...(typeof action === "string" ? [`(${action})`] : [])].join(" ");
}

function listWords(noun: string, list: Json | undefined): string | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  if (list.length === 1) {
    const [only] = list;
    if (noun === "route") return isRoute(only) ? describeRoute(only) : undefined;
    return `${noun} ${plainValue(only ?? null)}`;
  }
  return countOf(list.length, noun);
}

/** The last word of a type's name: `Lua`. */
function shortType(config: Json | undefined): string | undefined {
  const url = member(config, "@type");
  return typeof url === "string" ? url.slice(Math.max(url.lastIndexOf("."), url.lastIndexOf("/")) + 1) : undefined;
}

/** A whole resource in a few words. */
export function describeResource(type: string, value: Json): string {
  const text = (key: string): string => {
    const found = member(value, key);
    return typeof found === "string" ? found : "";
  };
  const count = (noun: string, key: string): string => {
    const list = member(value, key);
    return countOf(Array.isArray(list) ? list.length : 0, noun);
  };
  if (text("details") !== "") return plainText(text("details"));
  switch (type) {
    case "listener":
      return `${count("filter chain", "filter_chains")}${member(value, "default_filter_chain") === undefined ? "" : " and a default"}`;
    case "cluster":
      return plainText(String(member(member(value, "cluster_type"), "name") ?? (text("type") || "STATIC")));
    case "route_configuration":
      return count("virtual host", "virtual_hosts");
    case "extension":
      return shortType(member(value, "typed_config")) ?? "";
    default:
      return "";
  }
}

/** Any object may be read as a route: all of its fields are optional, and each is looked at before it is used. */
export const isRoute = (value: Json | undefined): value is JsonObject & RouteMessage => isJsonObject(value);
export const isChainMatch = (value: Json | undefined): value is JsonObject & FilterChainMatch => isJsonObject(value);
