import { decodeDefaultFilterChain, decodeFilterChains } from "../decode/decode-listener.js";
import type { AccessLog, FileAccessLog, GrpcService, Listener, SubstitutionFormatString } from "../generated/messages.js";
import { messageNameOf, placeOf, unpack } from "../model/proto-json.js";
import type { AccessLogDestination } from "./summary.js";

/** What may write access logs. */
export type Writer = keyof AccessLogDestination["writers"];

/** One that may, and how it does. */
export interface LogWriter {
  readonly writer: Writer;
  readonly logs: readonly { readonly destination: Destination; readonly isConditional: boolean; readonly at: string }[];
}

/** All writers of a listener by its message, of which only access logs need be there; `at` is relative to it. */
export function logWritersOf(message: Listener, at: string): readonly LogWriter[] {
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
  return writers;
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
