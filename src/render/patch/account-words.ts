import type { AccountedPatch, PatchAnswer } from "../../diff/patches/patch-answer.js";
import type { ApplyTo } from "../../envoy-filter/envoy-filter.js";
import type { PatchAccount, PatchStatus } from "../../envoy-filter/patch-account.js";
import { countOf } from "../../util/text.js";
import { plainText } from "../text-wrap.js";
import { describeMatch } from "./match-words.js";

const candidateWords: Readonly<Record<ApplyTo, string>> = {
  LISTENER: "listener",
  FILTER_CHAIN: "filter chain",
  NETWORK_FILTER: "network filter",
  HTTP_FILTER: "HTTP filter",
  LISTENER_FILTER: "listener filter",
  ROUTE_CONFIGURATION: "route configuration",
  VIRTUAL_HOST: "virtual host",
  HTTP_ROUTE: "route",
  CLUSTER: "cluster",
  EXTENSION_CONFIG: "extension configuration",
  BOOTSTRAP: "bootstrap",
};

/** What has the list that is added to, which is then what was looked at. */
const holderWords: Readonly<Partial<Record<ApplyTo, string>>> = {
  FILTER_CHAIN: "listener",
  NETWORK_FILTER: "filter chain",
  HTTP_FILTER: "connection manager",
  LISTENER_FILTER: "listener",
  VIRTUAL_HOST: "route configuration",
  HTTP_ROUTE: "virtual host",
};

const statusWords: Readonly<Record<PatchStatus, string>> = {
  applied: "applied",
  "matched-nothing": "matched nothing",
  "changed-nothing": "changed nothing",
  "not-selected": "not selected",
  "not-applied": "not applied",
  failed: "failed",
};

/** The account in a sentence or two: what became of the patches, and whether Envoy takes it. */
export function accountVerdict(answer: Pick<PatchAnswer, "account">): string {
  const refused = answer.account.filter(({ suspicions }) => suspicions.some(({ code }) => code === "invalid-result")).length;
  if (refused === 0) return describeAccount(answer);
  const which = answer.account.length === 1 ? "it makes" : `${countOf(refused, "patch makes", "patches make")}`;
  return `${describeAccount(answer)} Envoy will refuse what ${which}.`;
}

/** The account in a sentence: `1 of 2 patches applied, 29 places changed; 1 matched nothing.` */
function describeAccount({ account }: Pick<PatchAnswer, "account">): string {
  const [only] = account;
  if (only === undefined) return "No patch: the EnvoyFilters have none.";
  const places = account.reduce((sum, { changed }) => sum + changed, 0);
  const changed = places === 0 ? "" : `, ${countOf(places, "place")} changed`;
  if (account.length === 1) return `Patch ${only.patch} ${statusWords[only.status]}${changed}.`;
  const applied = account.filter(({ status }) => status === "applied").length;
  const others = (Object.keys(statusWords) as readonly PatchStatus[]).flatMap((status) => {
    const count = account.filter((each) => each.status === status).length;
    return status === "applied" || count === 0 ? [] : [`${count} ${statusWords[status]}`];
  });
  const rest = others.length === 0 ? "" : `; ${others.join(", ")}`;
  return `${applied} of ${countOf(account.length, "patch", "patches")} applied${changed}${rest}.`;
}

/** `matched nothing  istio-system/accesslog #0` */
export const patchTitle = ({ status, envoyFilter, patch }: PatchAccount): string =>
  `${statusWords[status]}: ${plainText(envoyFilter)} #${patch}`;

/** `NETWORK_FILTER MERGE, context SIDECAR_OUTBOUND, filter envoy.filters.network.tcp_proxy` */
export const patchKind = ({ applyTo, operation, context, match }: AccountedPatch): string =>
  [`${applyTo} ${operation}`, `context ${context}`, ...describeMatch(match)].join(", ");

/** What it was held against: `58 network filters looked at, 29 matched, 29 changed`; or why it was not. */
export function patchCounts({ applyTo, operation, candidates, matched, changed, status, because }: PatchAccount): string {
  const noun = (operation === "ADD" ? holderWords[applyTo] : undefined) ?? candidateWords[applyTo];
  const counts = `${countOf(candidates, noun)} looked at, ${matched} matched, ${changed} changed`;
  const reason = because === null ? "" : plainText(because);
  if (status === "not-selected" || status === "not-applied") return reason;
  if (status === "failed") return reason === "" ? counts : `${reason}; ${counts}`;
  return candidates === 0 && changed > 0 ? `${changed} added` : counts;
}
