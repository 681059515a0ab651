import type { EnvoyFilter } from "./envoy-filter.js";
import { readPatchValue } from "./read-patch-value.js";
import type { Refusal } from "./refusals.js";

/** What Istio's validation takes with a warning: parts of an EnvoyFilter that do nothing. `at`: JSON pointer within the object. */
export function* warningsAbout({ spec }: EnvoyFilter): Generator<Refusal> {
  if (spec?.workloadSelector !== undefined && Object.keys(spec.workloadSelector.labels ?? {}).length === 0) {
    yield { at: "/spec/workloadSelector", message: "a selector without labels selects every workload" };
  }
  for (const [index, { applyTo, match, patch }] of (spec?.configPatches ?? []).entries()) {
    const at = `/spec/configPatches/${index}`;
    const hasFilter = match?.listener?.filterChain?.filter !== undefined;
    if (hasFilter && (applyTo === "LISTENER" || applyTo === "FILTER_CHAIN")) {
      yield { at: `${at}/match/listener/filterChain/filter`, message: `has no effect on ${applyTo}` };
    }
    for (const problem of readPatchValue(applyTo, patch.value ?? {}).problems) {
      if (problem.code === "dropped") yield { at: `${at}/patch/value${problem.at}`, message: `${problem.message}; istiod drops it` };
    }
  }
}
