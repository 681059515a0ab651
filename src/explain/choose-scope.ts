import type { ScopedRouteConfiguration, ScopedRoutes, ScopedRoutes_ScopeKeyBuilder_FragmentBuilder } from "../generated/messages.js";
import { firstHeaderValue, type RequestHeaders } from "../match/request-headers.js";

/**
 * The scope of a request among scoped routes: the one whose key has the fragments that the scope key builder makes of the
 * request's headers. undefined: a fragment can't be made, or no scope has that key; Envoy then has no route.
 * Mirrors envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.
 */
export function chooseScope(
  routes: ScopedRoutes,
  scopes: readonly ScopedRouteConfiguration[],
  headers: RequestHeaders,
): { readonly key: string; readonly scope: ScopedRouteConfiguration | undefined } {
  const fragments = (routes.scope_key_builder?.fragments ?? []).map((fragment) => fragmentOf(fragment, headers));
  const key = fragments.map((fragment) => fragment ?? "(none)").join(", ");
  if (fragments.some((fragment) => fragment === undefined)) return { key, scope: undefined };
  const scope = scopes.find(({ key: own }) => {
    const wanted = own?.fragments ?? [];
    return wanted.length === fragments.length && wanted.every(({ string_key = "" }, index) => string_key === fragments[index]);
  });
  return { key, scope };
}

function fragmentOf(
  { header_value_extractor: extractor }: ScopedRoutes_ScopeKeyBuilder_FragmentBuilder,
  headers: RequestHeaders,
): string | undefined {
  const value = extractor === undefined ? undefined : firstHeaderValue(headers, extractor.name ?? "");
  if (extractor === undefined || value === undefined) return undefined;
  const elements = extractor.element_separator ? value.split(extractor.element_separator) : [value];
  if (extractor.element === undefined) return elements[extractor.index ?? 0];
  const { separator = "", key = "" } = extractor.element;
  for (const element of elements) {
    const at = element.indexOf(separator);
    if (at < 0 ? element === key : element.slice(0, at) === key) return at < 0 ? "" : element.slice(at + separator.length);
  }
  return undefined;
}
