import { compileSafeRegex } from "../match/safe-regex.js";
import { quote } from "../match/wording.js";
import { member } from "../util/json.js";
import type { EnvoyFilter, ProxyMatch, TargetRef } from "./envoy-filter.js";
import type { PatchReason } from "./patch-account.js";
import type { PatchedProxy } from "./patched-resources.js";

/** Why a proxy gets nothing of an EnvoyFilter, or of one of its patches. */
export interface NotSelected {
  readonly reason: PatchReason;
  readonly because: string;
}

const gatewayLabel = "gateway.networking.k8s.io/gateway-name";
const gatewayGroup = "gateway.networking.k8s.io";

/** Why an EnvoyFilter is not for a proxy, by namespace, workload selector and target references; undefined where it is. */
export function notAttached({ metadata, spec }: EnvoyFilter, proxy: PatchedProxy): NotSelected | undefined {
  const namespace = metadata.namespace ?? "";
  const rootNamespace = proxy.rootNamespace ?? "";
  if (namespace !== proxy.configNamespace && (rootNamespace === "" || namespace !== rootNamespace)) {
    const root = rootNamespace === "" ? "" : ` nor in the root namespace, ${quote(rootNamespace)}`;
    const because = `it is in namespace ${quote(namespace)}, not in the proxy's, ${quote(proxy.configNamespace)}${root}`;
    return { reason: "namespace", because };
  }
  const refs = spec?.targetRefs ?? [];
  const gateway = own(proxy.labels, gatewayLabel);
  if (gateway === undefined) {
    if (refs.length > 0)
      return { reason: "target-refs", because: `it has targetRefs, and the proxy is no Gateway: it has no label ${gatewayLabel}` };
    return notSelectedByLabels(spec?.workloadSelector?.labels ?? {}, proxy);
  }
  if (refs.length === 0) {
    if (proxy.type === "waypoint") return { reason: "target-refs", because: "a waypoint takes only EnvoyFilters with targetRefs" };
    return notSelectedByLabels(spec?.workloadSelector?.labels ?? {}, proxy);
  }
  if (refs.some((ref) => targets(ref, namespace, gateway, proxy))) return undefined;
  return { reason: "target-refs", because: `none of its targetRefs is the proxy's Gateway ${quote(gateway)}` };
}

function targets(ref: TargetRef, namespace: string, gateway: string, proxy: PatchedProxy): boolean {
  if (ref.group !== gatewayGroup) return false;
  if (ref.kind === "Gateway") {
    return ref.name === gateway && namespace === proxy.configNamespace && ["", namespace].includes(ref.namespace ?? "");
  }
  return (
    ref.kind === "GatewayClass" && ref.name === "istio-waypoint" && proxy.type === "waypoint" && namespace === (proxy.rootNamespace ?? "")
  );
}

function notSelectedByLabels(wanted: Readonly<Record<string, string>>, proxy: PatchedProxy): NotSelected | undefined {
  for (const [key, value] of Object.entries(wanted)) {
    const label = own(proxy.labels, key);
    if (label === value) continue;
    const has = label === undefined ? `has no label ${key}` : `has ${key}=${label}`;
    return { reason: "workload-selector", because: `it selects ${key}=${value}, and the proxy ${has}` };
  }
  return undefined;
}

/** Why one patch is not for a proxy, by version and metadata; undefined where it is. */
export function notForProxy(match: ProxyMatch | undefined, proxy: PatchedProxy): NotSelected | undefined {
  const pattern = match?.proxyVersion ?? "";
  const version = proxy.istioVersion ?? "";
  if (pattern !== "" && !matchesVersion(pattern, version)) {
    const is = version === "" ? "is not known" : `is ${version}`;
    return { reason: "proxy-version", because: `the proxy's Istio version ${is}, and ${quote(pattern)} does not match that` };
  }
  for (const [key, value] of Object.entries(match?.metadata ?? {})) {
    const actual = member(proxy.metadata ?? undefined, key);
    if (actual === value) continue;
    const has = actual === undefined ? `has no ${quote(key)}` : `has ${quote(key)}: ${JSON.stringify(actual)}`;
    return { reason: "proxy-metadata", because: `the node's metadata ${has}, not ${JSON.stringify(value)}` };
  }
  return undefined;
}

/** A longer pattern matches nothing. */
const longestPattern = 1024;

function matchesVersion(pattern: string, version: string): boolean {
  if (version === "" || pattern.length > longestPattern) return false;
  const regex = compileSafeRegex(pattern, "utf-8");
  return "isFoundIn" in regex && regex.isFoundIn(version);
}

function own(labels: Readonly<Record<string, string>> | null | undefined, key: string): string | undefined {
  return labels !== null && labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}
