import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { descriptorTable } from "../../src/generated/descriptors.js";
import { descriptorText } from "../../src/proto/descriptor-texts.js";

interface Described {
  readonly fields?: Readonly<
    Record<string, { readonly type: string; readonly rule?: string; readonly keyType?: string; readonly options?: object }>
  >;
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly nested?: Readonly<Record<string, Described>>;
}

const project = fileURLToPath(new URL("../..", import.meta.url));

const names = descriptorTable.split("\n").map((line) => line.split(" ")[0] ?? "");
const parsed = (name: string): Described => JSON.parse(descriptorText(name) ?? "null");

/** The generated descriptor of a full name; nested types stand inside their top-level type. */
function descriptorOf(fullName: string): Described | undefined {
  const parts = fullName.split(".");
  const top = parts.findIndex((part) => /^[A-Z]/.test(part)) + 1;
  const text = descriptorText(parts.slice(0, top).join("."));
  let found: Described | undefined = text === undefined ? undefined : JSON.parse(text);
  for (const part of parts.slice(top)) found = found?.nested?.[part];
  return found;
}

/** A field as it would be declared, without its number: `repeated string names`. */
function declarationOf(message: string, field: string): string | undefined {
  const described = descriptorOf(message)?.fields?.[field];
  if (described === undefined) return undefined;
  const type = described.type.replace(/^\./, "");
  return described.keyType === undefined
    ? `${described.rule === undefined ? "" : `${described.rule} `}${type}`
    : `map<${described.keyType}, ${type}>`;
}

const e = "envoy.extensions";
const c = "envoy.config";
const wrapper = (type: string) => `google.protobuf.${type}Value`;
const duration = "google.protobuf.Duration";

describe("a field that is newer than the packaged definitions is an ordinary field", () => {
  const core = `${c}.core.v3`;
  const hcm = `${e}.filters.network.http_connection_manager.v3.HttpConnectionManager`;
  const tcpProxy = `${e}.filters.network.tcp_proxy.v3`;
  const tls = `${e}.transport_sockets.tls.v3`;
  it.each([
    ["envoy.admin.v3.CommandLineOptions", "skip_deprecated_logs", "bool"],
    [`${c}.bootstrap.v3.Bootstrap`, "stats_eviction_interval", duration],
    [`${c}.bootstrap.v3.Admin`, "allow_paths", "repeated envoy.type.matcher.v3.StringMatcher"],
    [`${c}.cluster.v3.Cluster`, "dns_jitter", duration],
    [`${c}.cluster.v3.Cluster`, "transport_socket_matcher", "xds.type.matcher.v3.Matcher"],
    [`${c}.cluster.v3.Cluster`, "per_connection_buffer_high_watermark_timeout", duration],
    [`${c}.cluster.v3.Cluster`, "queuing_policies", `${c}.cluster.v3.Cluster.QueuingPolicies`],
    [`${c}.cluster.v3.CircuitBreakers.Thresholds.RetryBudget`, "budget_interval", duration],
    [`${c}.cluster.v3.OutlierDetection`, "detect_degraded_hosts", wrapper("Bool")],
    [`${core}.HttpProtocolOptions`, "max_response_headers_kb", wrapper("UInt32")],
    [`${core}.HttpProtocolOptions`, "max_connection_duration_jitter", "envoy.type.v3.Percent"],
    [`${core}.Http1ProtocolOptions`, "ignore_http_11_upgrade", "repeated envoy.type.matcher.v3.StringMatcher"],
    [`${core}.Http2ProtocolOptions`, "max_header_field_size_kb", wrapper("UInt32")],
    [`${core}.Http2ProtocolOptions`, "stream_reset_burst", wrapper("UInt64")],
    [`${core}.Http2ProtocolOptions`, "stream_reset_rate", wrapper("UInt64")],
    [`${core}.GrpcService.GoogleGrpc`, "channel_credentials_plugin", "repeated google.protobuf.Any"],
    [`${core}.ProxyProtocolConfig`, "added_tlvs", `repeated ${core}.TlvEntry`],
    [`${core}.SocketAddress`, "network_namespace_filepath", "string"],
    [`${c}.listener.v3.Listener`, "per_connection_buffer_high_watermark_timeout", duration],
    [`${c}.listener.v3.Listener`, "fcds_config", `${c}.listener.v3.Listener.FcdsConfig`],
    [`${c}.rbac.v3.Principal`, "sourced_metadata", `${c}.rbac.v3.SourcedMetadata`],
    [`${c}.rbac.v3.Policy`, "cel_config", `${core}.CelExpressionConfig`],
    [`${c}.route.v3.RouteConfiguration`, "vhost_header", "string"],
    [`${c}.route.v3.RouteMatch`, "cookies", `repeated ${c}.route.v3.CookieMatcher`],
    [`${c}.route.v3.RouteMatch`, "filter_state", "repeated envoy.type.matcher.v3.FilterStateMatcher"],
    [`${c}.route.v3.CookieMatcher`, "invert_match", "bool"],
    [`${c}.route.v3.VirtualHost`, "request_body_buffer_limit", wrapper("UInt64")],
    [`${c}.route.v3.Route`, "request_body_buffer_limit", wrapper("UInt64")],
    [`${c}.route.v3.RouteAction`, "path_rewrite", "string"],
    [`${c}.route.v3.RouteAction.RequestMirrorPolicy`, "host_rewrite_literal", "string"],
    [`${c}.route.v3.RedirectAction`, "path_rewrite", "string"],
    [`${c}.route.v3.DirectResponseAction`, "body_format", `${core}.SubstitutionFormatString`],
    [`${c}.route.v3.WeightedCluster`, "use_hash_policy", wrapper("Bool")],
    [`${c}.route.v3.RateLimit`, "hits_addend", `${c}.route.v3.RateLimit.HitsAddend`],
    [`${c}.trace.v3.ZipkinConfig`, "collector_service", `${core}.HttpService`],
    [hcm, "stream_flush_timeout", duration],
    [hcm, "drain_timeout_jitter", "envoy.type.v3.Percent"],
    [hcm, "forward_client_cert_matcher", "xds.type.matcher.v3.Matcher"],
    [`${tcpProxy}.TcpProxy`, "upstream_connect_mode", `${tcpProxy}.UpstreamConnectMode`],
    [`${tcpProxy}.TcpProxy`, "proxy_protocol_tlvs", `repeated ${core}.TlvEntry`],
    [`${tcpProxy}.TcpProxy`, "max_downstream_connection_duration_jitter_percentage", "envoy.type.v3.Percent"],
    [`${tcpProxy}.TcpProxy`, "check_drain_close", wrapper("Bool")],
    [`${tls}.UpstreamTlsContext`, "auto_host_sni", "bool"],
    [`${tls}.UpstreamTlsContext`, "auto_sni_san_validation", "bool"],
    [`${tls}.CommonTlsContext`, "custom_tls_certificate_selector", `${core}.TypedExtensionConfig`],
    [`${tls}.GenericSecret`, "secrets", `map<string, ${core}.DataSource>`],
    [`${tls}.SPIFFECertValidatorConfig`, "trust_bundles", `${core}.DataSource`],
    [`${e}.upstreams.http.v3.HttpProtocolOptions`, "retry_policy", `${c}.route.v3.RetryPolicy`],
    [`${e}.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig`, "http_service", `${core}.HttpService`],
    [`${e}.filters.http.ext_authz.v3.ExtAuthz`, "max_denied_response_body_bytes", "uint32"],
    [`${e}.filters.http.ext_proc.v3.ExternalProcessor`, "status_on_error", "envoy.type.v3.HttpStatus"],
    [`${e}.filters.http.jwt_authn.v3.JwtAuthentication`, "stat_prefix", "string"],
    [`${e}.filters.http.local_ratelimit.v3.LocalRateLimit`, "rate_limits", `repeated ${c}.route.v3.RateLimit`],
    [`${e}.filters.http.lua.v3.Lua`, "clear_route_cache", wrapper("Bool")],
    [`${e}.filters.http.ratelimit.v3.RateLimitPerRoute`, "rate_limits", `repeated ${c}.route.v3.RateLimit`],
    [`${e}.filters.http.set_filter_state.v3.Config`, "clear_route_cache", "bool"],
    [`${e}.filters.http.stateful_session.v3.StatefulSession`, "status_on_strict_destination_not_found", "uint32"],
    [`${e}.filters.listener.tls_inspector.v3.TlsInspector`, "max_client_hello_size", wrapper("UInt32")],
    [`${e}.wasm.v3.PluginConfig`, "failure_policy", `${e}.wasm.v3.FailurePolicy`],
    ["envoy.type.tracing.v3.CustomTag", "value", "string"],
    ["xds.type.matcher.v3.Matcher.OnMatch", "keep_matching", "bool"],
    ["xds.type.v3.CelExpression", "cel_expr_parsed", "cel.expr.ParsedExpr"],
  ])("%s.%s: %s", (message, field, declaration) => {
    expect(declarationOf(message, field)).toBe(declaration);
    expect(declarationOf(message, `${field}s`)).toBeUndefined();
  });

  it("keeps the fields that the package has", () => {
    expect(declarationOf(`${c}.cluster.v3.Cluster`, "dns_refresh_rate")).toBe(duration);
    expect(declarationOf(hcm, "stream_idle_timeout")).toBe(duration);
  });

  it("joins the oneof that it is part of, beside the packaged fields", () => {
    expect(descriptorOf("envoy.type.tracing.v3.CustomTag")?.oneofs?.type?.oneof).toEqual(
      expect.arrayContaining(["literal", "request_header", "value"]),
    );
    expect(descriptorOf("envoy.type.tracing.v3.CustomTag")?.oneofs?.type?.oneof).not.toContain("value_type");
  });

  it("keeps the mark of a secret", () => {
    const credentials = `${e}.filters.http.api_key_auth.v3.ApiKeyAuth`;
    expect(descriptorOf(credentials)?.fields?.credentials?.options).toEqual({ sensitive: true });
    expect(descriptorOf(credentials)?.fields?.key_sources?.options).toBeUndefined();
  });
});

describe("a newer enum value stands beside the packaged ones", () => {
  it.each([
    [`${c}.accesslog.v3.ComparisonFilter.Op`, "NE", "EQ"],
    [`${e}.filters.http.ext_proc.v3.ProcessingMode.BodySendMode`, "FULL_DUPLEX_STREAMED", "BUFFERED_PARTIAL"],
    [`${c}.route.v3.RateLimit.Action.MetaData.Source`, "CLUSTER_ENTRY", "ROUTE_ENTRY"],
    ["envoy.admin.v3.ClientResourceStatus", "TIMEOUT", "ACKED"],
  ])("%s: %s beside %s", (name, newer, packaged) => {
    const values = descriptorOf(name)?.values ?? {};
    expect(Object.keys(values)).toEqual(expect.arrayContaining([newer, packaged]));
    expect(new Set(Object.values(values)).size).toBe(Object.keys(values).length);
    expect(values[`${newer}_`]).toBeUndefined();
  });
});

describe("a type that the package lacks is known", () => {
  it.each([
    `${e}.clusters.dns.v3.DnsCluster`,
    `${e}.clusters.composite.v3.ClusterConfig`,
    `${e}.filters.http.a2a.v3.A2a`,
    `${e}.filters.http.api_key_auth.v3.ApiKeyAuth`,
    `${e}.filters.http.dynamic_modules.v3.DynamicModuleFilter`,
    `${e}.filters.http.golang.v3alpha.Config`,
    `${e}.filters.http.mcp.v3.Mcp`,
    `${e}.filters.http.proto_api_scrubber.v3.ProtoApiScrubberConfig`,
    `${e}.filters.network.ext_proc.v3.NetworkExternalProcessor`,
    `${e}.load_balancing_policies.override_host.v3.OverrideHost`,
    `${e}.router.cluster_specifiers.matcher.v3.MatcherClusterSpecifier`,
    "envoy.tcp.metadataexchange.config.MetadataExchange",
    `${e}.network_filters.peer_metadata.Config`,
    "io.istio.http.connect_authority.Config",
    "io.istio.http.connect_baggage.Config",
    "io.istio.http.peer_metadata.Config",
    "io.istio.network.authn.Config",
    "io.istio.tcp.forward_downstream_sni.v1.Config",
    "io.istio.tcp.sni_verifier.v1.Config",
    "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
    "istio.envoy.config.filter.http.authn.v2alpha1.FilterConfig",
    "istio.envoy.config.filter.http.misdirected_request.v1alpha1.FilterConfig",
    "istio.envoy.config.filter.network.tcp_cluster_rewrite.v2alpha1.TcpClusterRewrite",
    "istio.set_internal_dst_address.v1.Config",
    "istio.workload.BootstrapExtension",
    "stackdriver.config.v1alpha1.PluginConfig",
    "stats.PluginConfig",
  ])("%s", (name) => {
    expect(descriptorOf(name)?.fields).toBeDefined();
    expect(descriptorOf(`${name}s`)).toBeUndefined();
  });
});

/** Every message and enum below a namespace, nested ones included. */
function* typesBelow(namespace: protobuf.NamespaceBase): Generator<protobuf.Type | protobuf.Enum> {
  for (const object of namespace.nestedArray) {
    if (object instanceof protobuf.Type || object instanceof protobuf.Enum) yield object;
    if (object instanceof protobuf.Namespace) yield* typesBelow(object);
  }
}

describe("the .proto files written here", () => {
  const files = readdirSync(join(project, "proto"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".proto"))
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
  const parse = (file: string) => protobuf.parse(readFileSync(join(project, "proto", file), "utf8"), { keepCase: true });

  it.each(files)("%s: the descriptors know all of it", (file) => {
    for (const type of typesBelow(parse(file).root)) {
      const described = descriptorOf(type.fullName.slice(1).replace(/^xdsight\.newer\./, ""));
      if (type instanceof protobuf.Enum) expect(described?.values).toMatchObject(type.values);
      else expect(Object.keys(described?.fields ?? {})).toEqual(expect.arrayContaining(Object.keys(type.fields)));
    }
  });

  it.each(files.filter((file) => file.startsWith("xdsight/newer/")))("%s: has the package of its path", (file) => {
    const folder = file.replace(/^xdsight\/newer\/(contrib\/)?/, "").replace(/\/[^/]+$/, "");
    expect(parse(file).package).toBe(`xdsight.newer.${folder.replaceAll("/", ".")}`);
  });

  it("leave no name of their own in the descriptors, and no type that is nowhere", () => {
    const referred = new Set<string>();
    const collect = (described: Described) => {
      for (const field of Object.values(described.fields ?? {})) if (field.type.startsWith(".")) referred.add(field.type.slice(1));
      for (const nested of Object.values(described.nested ?? {})) collect(nested);
    };
    for (const name of names) collect(parsed(name));
    expect(names.filter((name) => name.startsWith("xdsight."))).toEqual([]);
    expect([...referred].filter((name) => descriptorOf(name) === undefined)).toEqual([]);
  });

  it("give every field of a message a number of its own", () => {
    const clashes: string[] = [];
    const check = (name: string, described: Described & { readonly fields?: Readonly<Record<string, { readonly id?: number }>> }) => {
      const ids = Object.values(described.fields ?? {}).map((field) => field.id);
      if (new Set(ids).size < ids.length) clashes.push(name);
      for (const [inner, nested] of Object.entries(described.nested ?? {})) check(`${name}.${inner}`, nested);
    };
    for (const name of names) check(name, parsed(name));
    expect(clashes).toEqual([]);
  });
});

describe("the build of the descriptors", () => {
  it("ends within 10 s, every import having at least a stand-in", () => {
    const started = performance.now();
    execFileSync(process.execPath, [join(project, "src", "build", "generate.mjs")], { stdio: "pipe" });
    expect(performance.now() - started).toBeLessThan(10_000);
  }, 20_000);
});
