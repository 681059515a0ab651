import type { Json, JsonObject } from "../util/json.js";
import type { MatchingBehaviour, RuntimeValues } from "./behaviour.js";
import { parseCookies } from "./cookie.js";
import { cutPath } from "./path-cut.js";
import { parseQueryParameters } from "./query.js";
import { firstHeaderValue, type RequestHeaders } from "./request-headers.js";
import type { Answer, Unknown } from "./verdict.js";

/** What Envoy knows of the client's certificate; on a plaintext connection both are false. */
export interface ClientCertificate {
  readonly presented: Answer;
  readonly validated: Answer;
}

/** Beside the headers, what a route match may ask about. */
export interface MatchedContext {
  readonly certificate: ClientCertificate;
  /** The random number of the request, where it is given. */
  readonly random?: number | undefined;
  readonly runtime: RuntimeValues;
  /** By namespace. Empty when the first route is computed, unless a listener or network filter has written some. */
  readonly dynamicMetadata?: JsonObject;
  /** By key, as text; likewise. */
  readonly filterState?: ReadonlyMap<string, string>;
  /** Why metadata and filter state may hold more than is given: a filter that is not modelled ran before. */
  readonly unknownState?: Unknown | undefined;
}

/** A request as route matches see it; made once, matched many times. */
export interface MatchedRequest {
  readonly headers: RequestHeaders;
  /** The path that is compared: without query and fragment, and without path parameters where those are ignored. Absent: no `:path`. */
  readonly path: string | undefined;
  readonly query: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly certificate: ClientCertificate;
  readonly random: number | undefined;
  readonly runtime: RuntimeValues;
  readonly dynamicMetadata: Readonly<Record<string, Json>>;
  readonly filterState: ReadonlyMap<string, string>;
  readonly unknownState: Unknown | undefined;
}

/**
 * Prepares a request for the route matches of one route configuration, whose `ignore_path_parameters_in_path_matching` it takes.
 * The headers are those that the connection manager leaves (normalised path, stripped host).
 */
export function prepareRequest(
  headers: RequestHeaders,
  context: MatchedContext,
  ignorePathParameters: boolean,
  behaviour: MatchingBehaviour,
): MatchedRequest {
  const path = firstHeaderValue(headers, ":path");
  return {
    headers,
    path: path === undefined ? undefined : cutPath(path, ignorePathParameters, behaviour),
    query: parseQueryParameters(path ?? ""),
    cookies: parseCookies(headers),
    certificate: context.certificate,
    random: context.random,
    runtime: context.runtime,
    dynamicMetadata: context.dynamicMetadata ?? {},
    filterState: context.filterState ?? new Map(),
    unknownState: context.unknownState,
  };
}
