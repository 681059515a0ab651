import type { Configuration } from "../decode/configuration.js";
import type { AccessLog, FileAccessLog, GrpcService, SubstitutionFormatString } from "../generated/messages.js";
import { chainsOf, type Listener } from "../model/listener.js";
import { messageNameOf, placeOf, unpack } from "../model/proto-json.js";
import type { AccessLogDestination, AccessLogSummary, LoggingCount } from "./summary.js";

type Writer = keyof AccessLogDestination["writers"];

/** Who writes access logs and where to, for each direction that has a serving listener. */
export function summariseAccessLogs({ listeners }: Configuration): readonly AccessLogSummary[] {
  return (["INBOUND", "OUTBOUND", "UNSPECIFIED"] as const).flatMap((direction) => {
    const ofDirection = listeners.filter((listener) => listener.direction === direction);
    return ofDirection.length === 0 ? [] : [summariseDirection(direction, ofDirection)];
  });
}

function summariseDirection(direction: AccessLogSummary["direction"], listeners: readonly Listener[]): AccessLogSummary {
  const destinations = new Map<string, AccessLogDestination>();
  const counts: Record<Writer, { total: number; logging: number }> = {
    httpConnectionManagers: { total: 0, logging: 0 },
    tcpProxies: { total: 0, logging: 0 },
    listeners: { total: 0, logging: 0 },
  };
  const note = (writer: Writer, logs: readonly AccessLog[] = []): void => {
    counts[writer].total++;
    if (logs.length > 0) counts[writer].logging++;
    for (const log of logs) addWriter(destinations, log, writer);
  };
  for (const listener of listeners) {
    note("listeners", listener.message.access_log);
    for (const { terminal } of chainsOf(listener).flatMap(({ filters }) => filters)) {
      if (terminal?.kind === "http_connection_manager") note("httpConnectionManagers", terminal.manager.access_log);
      else if (terminal?.kind === "tcp_proxy") note("tcpProxies", terminal.proxy.access_log);
    }
  }
  return { direction, ...(counts satisfies Record<Writer, LoggingCount>), destinations: [...destinations.values()] };
}

type Destination = Pick<AccessLogDestination, "kind" | "to" | "format" | "keys">;

function addWriter(destinations: Map<string, AccessLogDestination>, log: AccessLog, writer: Writer): void {
  const destination = destinationOf(log);
  const key = JSON.stringify(destination);
  const known = destinations.get(key);
  const writers = known?.writers ?? { httpConnectionManagers: 0, tcpProxies: 0, listeners: 0 };
  destinations.set(key, {
    ...destination,
    writers: { ...writers, [writer]: writers[writer] + 1 },
    conditional: (known?.conditional ?? 0) + (log.filter === undefined ? 0 : 1),
    at: known?.at ?? placeOf(log),
  });
}

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
