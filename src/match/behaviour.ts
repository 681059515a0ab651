import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";
import type { Json } from "../util/json.js";

/** How regexes see their pattern and their subject: as bytes (one character each), or as Unicode text. */
export type RegexEncoding = "latin-1" | "utf-8";

/** Runtime values by their full, dotted key: numbers, text, booleans, or a FractionalPercent as an object. */
export type RuntimeValues = ReadonlyMap<string, Json>;

/** The rules of matching that differ between releases of Envoy. */
export interface MatchingBehaviour {
  /** Repeated headers are tried one by one (from 1.39.0); before, joined with commas and tried once. */
  readonly headersIndividually: boolean;
  /** The same for RBAC's header rules (from 1.38). */
  readonly rbacHeadersIndividually: boolean;
  /** Latin-1 bytes from 1.39.1, UTF-8 before. */
  readonly regexEncoding: RegexEncoding;
  /** With `ignore_path_parameters_in_path_matching`: what follows a `;` in each segment is ignored (from 1.39.1), or all that follows the first `;`. */
  readonly pathParameters: "per-segment" | "to-the-end";
  /** A query parameter's `present_match: false` asks for its absence (from 1.34); before, the field was read as `true`. */
  readonly queryAbsenceMatch: boolean;
  /** A regex_rewrite that leaves nothing of a path that is not there makes an empty path (before 1.37); later it makes none. */
  readonly rewritesAbsentPath: boolean;
  /** After a nested xDS matcher that found nothing, the outer one goes on. Measured from 1.36; not known of releases before 1.35. */
  readonly goesOnAfterNestedMiss: boolean | "unknown";
}

const flagPrefix = "envoy.reloadable_features.";

/**
 * How that release of Envoy matches, with its runtime's feature flags. A null version is taken to be the newest.
 */
export function behaviourOf(version: EnvoyVersion | null, runtime: RuntimeValues = new Map()): MatchingBehaviour {
  const from = (minor: number, patch = 0) => version === null || isAtLeast(version, 1, minor, patch);
  const enabled = (flag: string) => {
    const value = runtime.get(flagPrefix + flag);
    return value !== false && value !== "false" && value !== 0 && value !== "0";
  };
  return {
    headersIndividually: from(39) && enabled("match_headers_individually"),
    rbacHeadersIndividually: from(38) && enabled("rbac_match_headers_individually"),
    regexEncoding: from(39, 1) ? "latin-1" : "utf-8",
    pathParameters: from(39, 1) ? "per-segment" : "to-the-end",
    queryAbsenceMatch: from(34) && enabled("enable_new_query_param_present_match_behavior"),
    rewritesAbsentPath: !from(37),
    goesOnAfterNestedMiss: from(35) ? true : "unknown",
  };
}

/** The behaviour for RBAC's header rules, which went over to individual matching a release earlier than routes. */
export function forRbac(behaviour: MatchingBehaviour): MatchingBehaviour {
  return { ...behaviour, headersIndividually: behaviour.rbacHeadersIndividually };
}
