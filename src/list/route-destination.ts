import type { RedirectAction, RouteAction } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { Route } from "../model/route-configuration.js";
import type { FieldChoice } from "../proto/read-message.js";
import { type ClusterShare, describeShares, weightedShares } from "./cluster-share.js";

/** What a route does with a request. */
export type RouteDestination =
  | { readonly kind: "clusters"; readonly clusters: readonly ClusterShare[] }
  | { readonly kind: "cluster_header"; readonly header: string }
  | { readonly kind: "cluster_specifier_plugin"; readonly plugin: string }
  /** `target` is a URL in which `{scheme}`, `{host}` and the like stand for what the request brought. */
  | { readonly kind: "redirect"; readonly status: number; readonly target: string }
  | { readonly kind: "direct_response"; readonly status: number }
  | { readonly kind: "non_forwarding_action" }
  | { readonly kind: "filter_action" }
  | { readonly kind: "none" };

/** The fields of a route that tell its action. */
export const destinationFields = {
  route: {
    cluster: null,
    weighted_clusters: { clusters: { name: null, cluster_header: null, weight: null } },
    cluster_header: null,
    cluster_specifier_plugin: null,
    inline_cluster_specifier_plugin: { extension: { name: null } },
  },
  redirect: null,
  direct_response: { status: null },
  non_forwarding_action: {},
  filter_action: {},
} as const satisfies FieldChoice;

/** The action of a route, as the list shows it. */
export function destinationOf({ message }: Route): RouteDestination {
  if (message.route !== undefined) return forwardTo(message.route);
  if (message.redirect !== undefined) return redirectTo(message.redirect);
  if (message.direct_response !== undefined) return { kind: "direct_response", status: message.direct_response.status ?? 0 };
  if (message.non_forwarding_action !== undefined) return { kind: "non_forwarding_action" };
  return message.filter_action === undefined ? { kind: "none" } : { kind: "filter_action" };
}

function forwardTo(action: RouteAction): RouteDestination {
  if (action.cluster !== undefined)
    return { kind: "clusters", clusters: [{ name: action.cluster, weight: null, at: placeOf(action, "cluster") }] };
  if (action.weighted_clusters !== undefined)
    return { kind: "clusters", clusters: weightedShares(action.weighted_clusters.clusters ?? []) };
  if (action.cluster_header !== undefined) return { kind: "cluster_header", header: action.cluster_header };
  const plugin = action.cluster_specifier_plugin ?? action.inline_cluster_specifier_plugin?.extension?.name;
  return plugin === undefined ? { kind: "none" } : { kind: "cluster_specifier_plugin", plugin };
}

/** envoy.config.route.v3.RedirectAction.RedirectResponseCode */
const redirectStatus: Readonly<Record<string, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

function redirectTo(action: RedirectAction): RouteDestination {
  const status = redirectStatus[action.response_code ?? "MOVED_PERMANENTLY"] ?? 301;
  const scheme = action.https_redirect === true ? "https" : (action.scheme_redirect ?? "");
  const host = action.host_redirect ?? "";
  const port = action.port_redirect === undefined ? "" : `:${action.port_redirect}`;
  const query = action.strip_query === true ? " without the query" : "";
  const origin = scheme + host + port === "" ? "" : `${scheme || "{scheme}"}://${host || "{host}"}${port}`;
  return { kind: "redirect", status, target: `${origin}${redirectPath(action)}${query}` };
}

function redirectPath({ path_redirect, prefix_rewrite, regex_rewrite }: RedirectAction): string {
  if (path_redirect !== undefined) return path_redirect;
  if (prefix_rewrite !== undefined) return `${prefix_rewrite}{rest}`;
  if (regex_rewrite === undefined) return "{path}";
  return `{path with ${regex_rewrite.pattern?.regex ?? ""} replaced by ${regex_rewrite.substitution ?? ""}}`;
}

/** The destination in a cell: `outbound|9080|v1|reviews… 90%, …`, `redirect 301 to https://{host}{path}`, `direct response 404`. */
export function describeDestination(destination: RouteDestination): string {
  switch (destination.kind) {
    case "clusters":
      return describeShares(destination.clusters);
    case "cluster_header":
      return `the cluster that the header ${destination.header} names`;
    case "cluster_specifier_plugin":
      return `cluster specifier plugin ${destination.plugin}`;
    case "redirect":
      return `redirect ${destination.status} to ${destination.target}`;
    case "direct_response":
      return `direct response ${destination.status}`;
    case "non_forwarding_action":
      return "non-forwarding action";
    case "filter_action":
      return "filter action";
    case "none":
      return "no action";
  }
}
