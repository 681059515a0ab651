import { compileSafeRegex } from "../match/safe-regex.js";
import { isJsonObject } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { type ApplyTo, applyToKinds, type ConfigPatch, type EnvoyFilter, patchOperations } from "./envoy-filter.js";
import { managerName } from "./patched-types.js";
import { type PatchValueProblem, readPatchValue } from "./read-patch-value.js";

/** Why istiod refuses an EnvoyFilter, all of it. `at`: JSON pointer within the object. */
export interface Refusal {
  readonly at: string;
  readonly message: string;
}

type ObjectMatch = "listener" | "routeConfiguration" | "cluster";

/** Which object a patch may be matched by. istiod does not ask it of the others, whose match then matches everything. */
const objectOf: Readonly<Partial<Record<ApplyTo, ObjectMatch>>> = {
  LISTENER: "listener",
  FILTER_CHAIN: "listener",
  NETWORK_FILTER: "listener",
  HTTP_FILTER: "listener",
  ROUTE_CONFIGURATION: "routeConfiguration",
  VIRTUAL_HOST: "routeConfiguration",
  HTTP_ROUTE: "routeConfiguration",
  CLUSTER: "cluster",
};
const objectMatches: readonly ObjectMatch[] = ["listener", "routeConfiguration", "cluster"];

/** What Istio's validation of an EnvoyFilter refuses (pkg/config/validation/envoyfilter); one refused patch refuses the whole object. */
export function* refusalsOf({ spec }: EnvoyFilter): Generator<Refusal> {
  for (const [key, value] of Object.entries(spec?.workloadSelector?.labels ?? {})) {
    const at = pointTo("/spec/workloadSelector/labels", key);
    if (key === "") yield { at, message: "a label of the workload selector has no name" };
    else if (key.includes("*") || value.includes("*")) yield { at, message: "a workload selector takes no wildcards" };
  }
  const patches = spec?.configPatches ?? [];
  for (const [index, patch] of patches.entries()) {
    for (const { at, message } of refusalsOfPatch(patch)) yield { at: `/spec/configPatches/${index}${at}`, message };
  }
}

function* refusalsOfPatch(patch: ConfigPatch): Generator<Refusal> {
  const { applyTo, match, patch: body } = patch;
  if (!applyToKinds.includes(applyTo)) return yield { at: "", message: "applyTo is missing" };
  if (!isJsonObject(body)) return yield { at: "", message: "patch is missing" };
  if (!patchOperations.includes(body.operation)) return yield { at: "/patch", message: "the operation is missing" };
  if (body.operation !== "REMOVE" && body.value === undefined) {
    return yield { at: "/patch", message: `${body.operation} has no value; only REMOVE needs none` };
  }
  const pattern = match?.proxy?.proxyVersion ?? "";
  const regex = compileSafeRegex(pattern, "utf-8");
  if ("because" in regex) return yield { at: "/match/proxy/proxyVersion", message: regex.because };
  yield* refusalsOfMatch(patch);
  if (body.value === undefined) return;
  for (const problem of readPatchValue(applyTo, body.value).problems) {
    if (isRefusal(problem)) yield { at: `/patch/value${problem.at}`, message: problem.message };
  }
}

const isRefusal = ({ code }: PatchValueProblem): boolean => code === "refused";

function* refusalsOfMatch({ applyTo, match }: ConfigPatch): Generator<Refusal> {
  if (match === undefined) return;
  const given = objectMatches.filter((name) => match[name] !== undefined);
  const [first, second] = given;
  if (first !== undefined && second !== undefined) return yield { at: "/match", message: `a match has either ${first} or ${second}` };
  const wanted = objectOf[applyTo];
  if (wanted !== undefined && first !== undefined && first !== wanted) {
    return yield { at: `/match/${first}`, message: `${applyTo} is matched by ${wanted}, not by ${first}` };
  }
  const filter = objectOf[applyTo] === "listener" ? match.listener?.filterChain?.filter : undefined;
  if (filter === undefined) return;
  const at = "/match/listener/filterChain/filter";
  if ((filter.name ?? "") === "") return yield { at, message: "the filter to match has no name" };
  if (filter.subFilter === undefined) return;
  if (applyTo !== "HTTP_FILTER") yield { at: `${at}/subFilter`, message: `a subFilter is only for HTTP_FILTER, not for ${applyTo}` };
  else if (filter.name !== managerName && filter.name !== "envoy.http_connection_manager") {
    yield { at: `${at}/name`, message: `a subFilter is only in a filter named ${managerName}` };
  } else if ((filter.subFilter.name ?? "") === "") yield { at: `${at}/subFilter`, message: "the subFilter to match has no name" };
}
