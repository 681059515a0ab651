import { compileSafeRegex } from "../match/safe-regex.js";
import type { WrittenProblem } from "../read/schema-problem.js";
import type { ApplyTo, ConfigPatch, EnvoyFilterSpec, PatchMatch } from "./envoy-filter.js";

const connectionManagers: readonly string[] = ["envoy.filters.network.http_connection_manager", "envoy.http_connection_manager"];

/** The part of a match that goes with what a patch is applied to; null where istiod's validation takes any. */
const matchedParts: Readonly<Record<ApplyTo, "listener" | "routeConfiguration" | "cluster" | null>> = {
  LISTENER: "listener",
  FILTER_CHAIN: "listener",
  NETWORK_FILTER: "listener",
  HTTP_FILTER: "listener",
  LISTENER_FILTER: null,
  ROUTE_CONFIGURATION: "routeConfiguration",
  VIRTUAL_HOST: "routeConfiguration",
  HTTP_ROUTE: "routeConfiguration",
  CLUSTER: "cluster",
  EXTENSION_CONFIG: null,
  BOOTSTRAP: null,
};

const objectParts = ["listener", "routeConfiguration", "cluster"] as const;

/**
 * What no schema says and istiod's validation, or the rules of the custom resource definition, refuse all the same (ValidateEnvoyFilter).
 * The paths begin at the spec.
 */
export function* refusalsOf(spec: EnvoyFilterSpec): Generator<WrittenProblem> {
  if (spec.workloadSelector !== undefined && spec.targetRefs !== undefined) {
    yield { path: ["targetRefs"], message: "only one of targetRefs and workloadSelector can be set" };
  }
  for (const [key, value] of Object.entries(spec.workloadSelector?.labels ?? {})) {
    if (key === "" || `${key}${value}`.includes("*")) {
      yield { path: ["workloadSelector", "labels", key], message: "a label is compared as it is: no wildcard, no empty key" };
    }
  }
  for (const [index, patch] of (spec.configPatches ?? []).entries()) {
    for (const { path, message } of refusalsOfPatch(patch)) yield { path: ["configPatches", index, ...path], message };
  }
}

function* refusalsOfPatch({ applyTo, match = {}, patch }: ConfigPatch): Generator<WrittenProblem> {
  if (patch.operation !== "REMOVE" && patch.value === undefined) {
    yield { path: ["patch"], message: `${patch.operation} needs a value` };
  }
  const pattern = match.proxy?.proxyVersion ?? "";
  const regex = pattern === "" ? undefined : compileSafeRegex(pattern, "utf-8");
  if (regex !== undefined && "because" in regex) yield { path: ["match", "proxy", "proxyVersion"], message: regex.because };
  const given = objectParts.filter((part) => match[part] !== undefined);
  const [first, second] = given;
  if (second !== undefined) yield { path: ["match", second], message: `${first} and ${second} exclude each other in a match` };
  const wanted = matchedParts[applyTo];
  if (wanted !== null && first !== undefined && first !== wanted) {
    yield { path: ["match", first], message: `${applyTo} is matched by ${wanted}, not by ${first}` };
  }
  if (wanted === "listener") yield* refusalsOfFilterMatch(applyTo, match);
}

function* refusalsOfFilterMatch(applyTo: ApplyTo, { listener }: PatchMatch): Generator<WrittenProblem> {
  const filter = listener?.filterChain?.filter;
  if (filter === undefined) return;
  const path = ["match", "listener", "filterChain", "filter"];
  const { name = "", subFilter } = filter;
  if (name === "") yield { path, message: "a filter match needs a name" };
  else if (subFilter === undefined) return;
  else if (applyTo !== "HTTP_FILTER") yield { path: [...path, "subFilter"], message: "subFilter goes with applyTo HTTP_FILTER only" };
  else if (!connectionManagers.includes(name))
    yield { path: [...path, "name"], message: `a subFilter match needs the filter ${connectionManagers[0]}` };
  else if ((subFilter.name ?? "") === "") yield { path: [...path, "subFilter"], message: "a subFilter match needs a name" };
}

/** What istiod's validation takes with a warning: parts of a spec that do nothing. The paths begin at the spec. */
export function* warningsAbout(spec: EnvoyFilterSpec): Generator<WrittenProblem> {
  const { workloadSelector, configPatches = [] } = spec;
  if (workloadSelector !== undefined && Object.keys(workloadSelector.labels ?? {}).length === 0) {
    yield { path: ["workloadSelector"], message: "a selector without labels selects every workload" };
  }
  for (const [index, { applyTo, match }] of configPatches.entries()) {
    const hasFilter = match?.listener?.filterChain?.filter !== undefined;
    if (hasFilter && (applyTo === "LISTENER" || applyTo === "FILTER_CHAIN")) {
      yield { path: ["configPatches", index, "match", "listener", "filterChain", "filter"], message: `has no effect on ${applyTo}` };
    }
  }
}
