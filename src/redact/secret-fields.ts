import type { RemovalKind } from "./redaction.js";

/** Fields that hold secrets though Envoy's definitions do not mark them, by full name; of a message, all that is in it. */
export const secretFields: ReadonlyMap<string, RemovalKind> = new Map(
  Object.entries({
    "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.access_token": "credential-field",
    "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.google_refresh_token": "credential-field",
    "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials.json_key": "credential-field",
    "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials.authorization_token": "credential-field",
    "envoy.config.trace.v3.LightstepConfig.access_token": "credential-field",
    "envoy.extensions.common.aws.v3.InlineCredentialProvider.access_key_id": "credential-field",
    "envoy.extensions.filters.http.aws_lambda.v3.Credentials.access_key_id": "credential-field",
    "envoy.extensions.filters.http.aws_lambda.v3.Credentials.secret_access_key": "credential-field",
    "envoy.extensions.filters.http.aws_lambda.v3.Credentials.session_token": "credential-field",
    "envoy.extensions.filters.http.gcp_authn.v3.Audience.IAMAccessToken.authorization": "credential-field",
    "envoy.extensions.grpc_service.call_credentials.access_token.v3.AccessTokenCredentials.token": "credential-field",
    "envoy.extensions.grpc_service.call_credentials.google_refresh_token.v3.GoogleRefreshTokenCredentials.token": "credential-field",
    "envoy.extensions.grpc_service.call_credentials.service_account_jwt_access.v3.ServiceAccountJwtAccessCredentials.json_key":
      "credential-field",
    "envoy.extensions.grpc_service.call_credentials.google_iam.v3.GoogleIamCredentials.authorization_token": "credential-field",
    "envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.local_jwks": "key-set",
    "envoy.extensions.filters.common.jwks.v3.JwtHandshakeValidator.local_jwks": "key-set",
    "istio.authentication.v1alpha1.Jwt.jwks": "key-set",
    "envoy.extensions.wasm.v3.VmConfig.configuration": "extension-configuration",
    "envoy.extensions.wasm.v3.VmConfig.environment_variables": "extension-configuration",
    "envoy.extensions.wasm.v3.PluginConfig.configuration": "extension-configuration",
    "envoy.extensions.wasm.v3.VmConfig.code": "extension-code",
    "envoy.extensions.dynamic_modules.v3.DynamicModuleConfig.module": "extension-code",
    "envoy.extensions.filters.http.lua.v3.Lua.inline_code": "extension-code",
    "envoy.extensions.filters.http.lua.v3.Lua.default_source_code": "extension-code",
    "envoy.extensions.filters.http.lua.v3.Lua.source_codes": "extension-code",
    "envoy.extensions.filters.http.lua.v3.LuaPerRoute.source_code": "extension-code",
    "envoy.extensions.router.cluster_specifiers.lua.v3.LuaConfig.source_code": "extension-code",
    "envoy.extensions.string_matcher.lua.v3.Lua.source_code": "extension-code",
  } as const satisfies Record<string, RemovalKind>),
);

/** What `--keep-code` keeps: still scrubbed by shape. */
export const codeKinds: ReadonlySet<RemovalKind> = new Set(["extension-code", "extension-configuration"]);

/** Members of DataSource and RemoteDataSource that say where code is, not what it is. */
export const codeLocations: ReadonlySet<string> = new Set(["filename", "environment_variable", "remote", "watched_directory"]);

/** What of Envoy's Lua API a script calls decides what it can do to a request; explain reads these. */
export const luaCalls: readonly string[] = ["envoy_on_request", "envoy_on_response", "clearRouteCache"];

/** Hashes, versions and the like: long and mixed, and public. */
export const isPublicField = (name: string): boolean =>
  /(?:^|_)(?:hash|spki|sha256|sha1|version_info|nonce|fingerprint|digest|last_updated|version)$/.test(name);

/** The same of a key in a free structure: `revision.sha`. */
export const isPublicKey = (key: string): boolean =>
  /(?:^|[._-])(?:sha|sha256|sha1|hash|digest|checksum|revision|version|commit|fingerprint|etag)$/i.test(key);

/**
 * The keys of the node's metadata that stay. Answers need them: who the proxy is, what Istio it is of, which addresses are
 * its own, how traffic reaches it. Whatever else stands there came from the pod's environment (ISTIO_META_…) or annotations.
 */
export const keptNodeMetadata: ReadonlySet<string> = new Set([
  ...["ISTIO_VERSION", "ISTIO_PROXY_SHA", "ISTIO_PROXY_VERSION", "NAME", "NAMESPACE", "CONFIG_NAMESPACE", "OWNER", "WORKLOAD_NAME"],
  ...["SERVICE_ACCOUNT", "CLUSTER_ID", "MESH_ID", "NETWORK", "NODE_NAME", "INSTANCE_IPS", "PILOT_SAN", "LABELS"],
  ...["INTERCEPTION_MODE", "INBOUND_LISTENER_EXACT_BALANCE", "HTTP10", "GENERATOR", "DNS_CAPTURE", "DNS_AUTO_ALLOCATE", "ENABLE_HBONE"],
  ...["POD_PORTS", "APP_CONTAINERS", "ENVOY_PROMETHEUS_PORT", "ENVOY_STATUS_PORT", "UNPRIVILEGED_POD", "PROXY_CONFIG"],
  ...["ROUTER_MODE", "IDLE_TIMEOUT", "EXIT_ON_ZERO_ACTIVE_CONNECTIONS", "METADATA_DISCOVERY"],
]);
