import type { Explanation, Step, StepName } from "../../explain/explanation.js";
import { formatSocket } from "../../model/address.js";

/** One line of evidence: what was decided, on which ground, and where to see it. */
export interface EvidenceRow {
  readonly term: string;
  readonly decision: string;
  readonly because: string;
  readonly at: string;
}

const shortTerms: Partial<Readonly<Record<StepName, string>>> = {
  "accepting listener": "accepted by",
  "HTTP connection manager": "request",
  "route configuration": "routes",
  "transport socket": "TLS",
};

/** The decisions that a person reads, in their order. Those that say nothing beyond the usual are left to --all. */
export function evidenceRows(explanation: Explanation, all: boolean): readonly EvidenceRow[] {
  const usual = all ? [] : usualSteps(explanation);
  const rows = explanation.why.filter((step) => !usual.includes(step)).map(rowOf);
  const { rewrite, timeout, retry, mirrors, response } = explanation;
  const row = (term: string, decision: string, because: string, at: string): EvidenceRow => ({ term, decision, because, at });
  return [
    ...rows,
    ...(rewrite === null ? [] : [row("upstream gets", sentTarget(rewrite), "rewritten", explanation.route?.at ?? "")]),
    ...mirrors.map(({ name, at }) => row("mirrored to", name, "a copy of the request", at)),
    ...(timeout === null || (!all && timeout.route === "0s")
      ? []
      : [row("time-out", timeout.route === "0s" ? "none" : timeout.route, `idle ${timeout.idle ?? "none"}`, timeout.at)]),
    ...(retry === null || !all ? [] : [row("retries", `${retry.attempts}`, `on ${retry.on.join(", ")}`, retry.at)]),
    ...(response === null || !all
      ? []
      : [row("response", `${response.status ?? "none"}`, [response.details, ...response.flags].filter(Boolean).join(", "), "")]),
  ];
}

/** A CONNECT has its authority for a target. */
const sentTarget = ({ authority, path }: NonNullable<Explanation["rewrite"]>): string =>
  authority === path ? (authority ?? "") : `${authority ?? ""}${path ?? ""}`;

/** The accepting listener where another takes over, a request that nothing changed, routes under the listener's own port. */
function usualSteps(explanation: Explanation): readonly Step[] {
  const { why } = explanation;
  const handedOver = why.some(({ step }) => step === "listener");
  return why.filter(
    ({ step, because }) =>
      (step === "accepting listener" && handedOver) ||
      (step === "HTTP connection manager" && because === "nothing changed before routing" && why.some((other) => other.step === "route")),
  );
}

const rowOf = ({ step, decision, because, at }: Step): EvidenceRow => ({ term: shortTerms[step] ?? step, decision, because, at });

/** How the target's name became an address. */
export function resolutionText({ resolved, request }: Explanation): string | null {
  const { ip, port } = request.destination;
  const address = formatSocket(ip, port);
  const name = request.tls?.sni ?? request.http?.authority ?? "it";
  switch (resolved.how) {
    case "given":
      return null;
    case "virtual-host-domain":
      return `${address}, by a domain of its virtual host`;
    case "cluster-name":
      return `${address}, the address of its service's listener`;
    case "listener-address":
      return request.direction === "inbound"
        ? `${address}, the gateway's listener for that port`
        : `a listener names ${name}; ${address} stands for its address`;
    case "endpoint":
      return `${address}, an endpoint of its cluster`;
    case "not-in-dump":
      return `nothing in this dump names ${name}; ${address} stands for its address`;
  }
}
