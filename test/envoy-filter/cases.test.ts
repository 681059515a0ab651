import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { applyEnvoyFilters } from "../../src/envoy-filter/apply-envoy-filters.js";
import type { EnvoyFilter } from "../../src/envoy-filter/envoy-filter.js";
import { clusterMismatch } from "../../src/envoy-filter/match-cluster.js";
import { routeMismatch } from "../../src/envoy-filter/match-route.js";
import { routeConfigurationMismatch } from "../../src/envoy-filter/match-route-configuration.js";
import { virtualHostMismatch } from "../../src/envoy-filter/match-virtual-host.js";
import type { Mismatch } from "../../src/envoy-filter/mismatch.js";
import { patchedTypes } from "../../src/envoy-filter/patched-types.js";
import { type Piece, resourceList } from "../../src/envoy-filter/pieces.js";
import type { JsonObject } from "../../src/util/json.js";
import { canonical, canonicalResources, type FunctionCase, type MatchCase, type PatchCase, readCases } from "./istio-case.js";

const folder = fileURLToPath(new URL("../../../shared/cases/envoyfilter", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("../shared/cases/envoyfilter is not there: Istio's own cases of EnvoyFilter are skipped");

const cases = isThere ? readCases(folder) : [];
const patchCases = cases.filter((each) => each.kind === "patch");
const matchCases = cases.filter((each) => each.kind === "match");
const functionCases = cases.filter((each) => each.kind === "function");
const titled = <Case extends { readonly suite: string; readonly name: string }>(list: readonly Case[]) =>
  list.map((each) => [`${each.suite}: ${each.name}`, each] as const);

describe.skipIf(!isThere)("Istio's own cases", () => {
  it("are all there", () => {
    expect([patchCases.length, matchCases.length, functionCases.length].reduce((sum, count) => sum + count)).toBe(cases.length);
    expect(cases.length).toBeGreaterThanOrEqual(81);
  });

  it.each(titled(patchCases))("patch: %s", (_, each) => {
    const { resources, account } = apply(each);
    const given = patchesIn([...each.envoyFilters, ...refusedIn(each)]);
    expect(canonicalResources(resources)).toEqual(canonicalResources(each.actual));
    expect(account).toHaveLength(given);
    // What Istio's validation refused is given too, and must be refused here.
    expect(account.filter(({ reason }) => reason === "refused")).toHaveLength(patchesIn(refusedIn(each)));
  });

  it.each(titled(matchCases))("match: %s", (_, each) => expect(matches(each)).toBe(each.actual));

  it.each(titled(functionCases))("function: %s", (_, each) => {
    const before = structuredClone(each);
    const host = (message: JsonObject): JsonObject => canonical(patchedTypes.VIRTUAL_HOST, message);
    expect(patchedHost(each, each.input.virtualHost)).toEqual(host(each.expected.virtualHost));
    expect(each).toEqual(before);
  });
});

const refusedIn = ({ rejectedByValidation = [] }: PatchCase): readonly EnvoyFilter[] => rejectedByValidation.map(({ object }) => object);
const patchesIn = (filters: readonly EnvoyFilter[]): number => filters.flatMap(({ spec }) => spec?.configPatches ?? []).length;

function apply(each: PatchCase) {
  const { proxy, rootNamespace, input, skipAdds, inboundServiceHosts } = each;
  const envoyFilters = [...each.envoyFilters, ...refusedIn(each)];
  const { requestedNames, ...resources } = input;
  const optional = { ...(skipAdds !== undefined && { skipAdds }), ...(inboundServiceHosts !== undefined && { inboundServiceHosts }) };
  return applyEnvoyFilters(resources, { ...proxy, ...optional, rootNamespace, requestedNames: requestedNames ?? null }, envoyFilters);
}

function pieceOf(type: string, message: JsonObject): Piece {
  const [piece] = resourceList("given", [canonical(type, message)]).pieces;
  if (piece === undefined) throw new Error("no piece");
  return piece;
}

function matches(each: MatchCase): boolean {
  const { input, match, context, gatewayPortMap } = each;
  const { cluster, routeConfig, virtualHost, route } = input;
  const host = match.routeConfiguration?.vhost;
  const judged: Record<MatchCase["function"], () => readonly [JsonObject | null | undefined, (piece: Piece) => Mismatch | undefined]> = {
    clusterMatch: () => [cluster, (piece) => clusterMismatch(piece, match.cluster, input.inboundServiceHosts ?? [])],
    routeConfigurationMatch: () => [
      routeConfig,
      (piece) => routeConfigurationMismatch(piece, match.routeConfiguration, context ?? null, gatewayPortMap),
    ],
    virtualHostMatch: () => [virtualHost, (piece) => virtualHostMismatch(piece, host)],
    routeMatch: () => [route, (piece) => routeMismatch(piece, host?.route)],
  };
  const [message, mismatch] = judged[each.function]();
  const types = {
    clusterMatch: "CLUSTER",
    routeConfigurationMatch: "ROUTE_CONFIGURATION",
    virtualHostMatch: "VIRTUAL_HOST",
    routeMatch: "HTTP_ROUTE",
  } as const;
  // Nothing matches where there is something to be matched; a match that asks for nothing takes even that.
  if (message === null || message === undefined) return Object.keys(match).length === 0;
  return mismatch(pieceOf(patchedTypes[types[each.function]], message)) === undefined;
}

/** The virtual host of a case, patched as the only one of its route configuration. */
function patchedHost(each: FunctionCase, virtualHost: JsonObject): JsonObject | undefined {
  const others = each.otherVirtualHostSharingTheRoutes === undefined ? [] : [each.otherVirtualHostSharingTheRoutes];
  const configuration = { ...each.routeConfig, virtual_hosts: [virtualHost, ...others] };
  const { resources } = applyEnvoyFilters(
    { routeConfigs: [configuration] },
    { type: "router", context: each.context, configNamespace: "default", gatewayPortMap: each.gatewayPortMap ?? null },
    [{ metadata: { name: "patched", namespace: "default" }, spec: { configPatches: each.configPatches } }],
  );
  const hosts = canonicalResources(resources).routeConfigs?.[0]?.virtual_hosts;
  if (!Array.isArray(hosts)) return undefined;
  if (each.otherVirtualHostAfter !== undefined) expect(hosts[1]).toEqual(canonical(patchedTypes.VIRTUAL_HOST, each.otherVirtualHostAfter));
  return hosts[0];
}
