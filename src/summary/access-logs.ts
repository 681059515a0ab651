import { serves } from "../decode/configuration.js";
import { decodeDefaultFilterChain, decodeFilterChains, directionOf } from "../decode/decode-listener.js";
import { asMessage } from "../decode/decode-resource.js";
import { SharedAnswers } from "../decode/shared-answers.js";
import type { AccessLog, FileAccessLog, GrpcService, SubstitutionFormatString } from "../generated/messages.js";
import { messageNameOf, placeOf, unpack } from "../model/proto-json.js";
import type { Snapshot } from "../model/snapshot.js";
import { WayTo } from "../proto/way-to.js";
import type { AccessLogDestination, AccessLogSummary, LoggingCount } from "./summary.js";

type Writer = keyof AccessLogDestination["writers"];

/** What may write access logs, and how it does. */
interface LogWriter {
  readonly writer: Writer;
  readonly logs: readonly { readonly destination: Destination; readonly isConditional: boolean; readonly at: string }[];
}

const loggingTypes: readonly string[] = [
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
];

const wayToLogs = new WayTo(
  ({ name }) => {
    if (name === "envoy.config.listener.v3.Listener") return ["access_log", "traffic_direction"];
    return loggingTypes.includes(name) ? ["access_log"] : [];
  },
  new Set([
    "envoy.config.listener.v3.ListenerFilter",
    "envoy.config.core.v3.TransportSocket",
    "envoy.config.core.v3.Metadata",
    "envoy.config.route.v3.RouteConfiguration",
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter",
  ]),
);

const writersOf = SharedAnswers.alongWay("listener", wayToLogs, (value, at) => {
  const message = asMessage(value, "envoy.config.listener.v3.Listener");
  if (message === undefined) return null;
  const writers: LogWriter[] = [];
  const add = (writer: Writer, logs: readonly AccessLog[] = []): void => {
    writers.push({
      writer,
      logs: logs.map((log) => ({
        destination: destinationOf(log),
        isConditional: log.filter !== undefined,
        at: placeOf(log).slice(at.length),
      })),
    });
  };
  add("listeners", message.access_log);
  const byDefault = decodeDefaultFilterChain(message);
  const chains = [...decodeFilterChains(message), ...(byDefault === null ? [] : [byDefault])];
  for (const { terminal } of chains.flatMap(({ filters }) => filters)) {
    if (terminal?.kind === "http_connection_manager") add("httpConnectionManagers", terminal.manager.access_log);
    else if (terminal?.kind === "tcp_proxy") add("tcpProxies", terminal.proxy.access_log);
  }
  return { direction: directionOf(message), writers };
});

/** Who writes access logs and where to, for each direction that has a serving listener. */
export function summariseAccessLogs(snapshot: Snapshot): readonly AccessLogSummary[] {
  const listeners = snapshot
    .resources("listener")
    .filter(serves)
    .flatMap((resource) => {
      const found = writersOf.of(resource);
      return found === null ? [] : [{ ...found, at: resource.at }];
    });
  return (["INBOUND", "OUTBOUND", "UNSPECIFIED"] as const).flatMap((direction) => {
    const ofDirection = listeners.filter((listener) => listener.direction === direction);
    return ofDirection.length === 0 ? [] : [summariseDirection(direction, ofDirection)];
  });
}

function summariseDirection(
  direction: AccessLogSummary["direction"],
  listeners: readonly { readonly at: string; readonly writers: readonly LogWriter[] }[],
): AccessLogSummary {
  const destinations = new Map<string, AccessLogDestination>();
  const counts: Record<Writer, { total: number; logging: number }> = {
    httpConnectionManagers: { total: 0, logging: 0 },
    tcpProxies: { total: 0, logging: 0 },
    listeners: { total: 0, logging: 0 },
  };
  for (const { at, writers } of listeners) {
    for (const { writer, logs } of writers) {
      counts[writer].total++;
      if (logs.length > 0) counts[writer].logging++;
      for (const { destination, isConditional, at: within } of logs) {
        const key = JSON.stringify(destination);
        const known = destinations.get(key);
        const before = known?.writers ?? { httpConnectionManagers: 0, tcpProxies: 0, listeners: 0 };
        destinations.set(key, {
          ...destination,
          writers: { ...before, [writer]: before[writer] + 1 },
          conditional: (known?.conditional ?? 0) + (isConditional ? 1 : 0),
          at: known?.at ?? at + within,
        });
      }
    }
  }
  return { direction, ...(counts satisfies Record<Writer, LoggingCount>), destinations: [...destinations.values()] };
}

type Destination = Pick<AccessLogDestination, "kind" | "to" | "format" | "keys">;

function destinationOf({ name = "", typed_config: config }: AccessLog): Destination {
  const file = unpack(config, "envoy.extensions.access_loggers.file.v3.FileAccessLog");
  if (file !== undefined) return { kind: "file", to: file.path ?? "", ...formatOfFile(file) };
  const stdout = unpack(config, "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog");
  if (stdout !== undefined) return { kind: "stdout", to: "standard output", ...formatOf(stdout.log_format) };
  const stderr = unpack(config, "envoy.extensions.access_loggers.stream.v3.StderrAccessLog");
  if (stderr !== undefined) return { kind: "stderr", to: "standard error", ...formatOf(stderr.log_format) };
  const grpc =
    unpack(config, "envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig") ??
    unpack(config, "envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig");
  if (grpc !== undefined) return { kind: "grpc", to: serviceOf(grpc.common_config?.grpc_service), format: null, keys: null };
  const telemetry = unpack(config, "envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig");
  if (telemetry !== undefined) {
    const service = telemetry.grpc_service ?? telemetry.common_config?.grpc_service;
    return { kind: "open_telemetry", to: serviceOf(service), format: null, keys: null };
  }
  return { kind: "other", to: config === undefined ? name : messageNameOf(config), format: null, keys: null };
}

const serviceOf = (service: GrpcService | undefined): string => service?.envoy_grpc?.cluster_name ?? service?.google_grpc?.target_uri ?? "";

const jsonFormat = (format: object): Pick<Destination, "format" | "keys"> => ({ format: "json", keys: Object.keys(format).length });

function formatOf(format: SubstitutionFormatString | undefined): Pick<Destination, "format" | "keys"> {
  if (format === undefined) return { format: "default", keys: null };
  return format.json_format === undefined ? { format: "text", keys: null } : jsonFormat(format.json_format);
}

/** A file log has two older ways of saying its format. */
function formatOfFile(file: FileAccessLog): Pick<Destination, "format" | "keys"> {
  const json = file.json_format ?? file.typed_json_format;
  if (json !== undefined) return jsonFormat(json);
  return file.format === undefined || file.format === "" ? formatOf(file.log_format) : { format: "text", keys: null };
}
