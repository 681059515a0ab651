import type { Explanation } from "../../explain/explanation.js";

/** The answer in one line: what becomes of the request. */
export function verdictOf(explanation: Explanation): string {
  const { outcome, clusters, response, cause } = explanation;
  switch (outcome) {
    case "forward":
      return forwardVerdict(explanation);
    case "redirect":
      return `redirected: ${response?.status ?? ""} to ${response?.location ?? "nowhere"}`;
    case "direct_response":
      return cause?.code === "blocked"
        ? `blocked: Envoy answers ${response?.status ?? ""} itself`
        : `answered by Envoy itself: ${response?.status ?? ""}${grpcText(explanation)}, by the route's action`;
    case "rejected":
      return `rejected: ${statusText(explanation)}${flagText(explanation)}`;
    case "closed": {
      const cluster = clusters.find(({ chosen }) => chosen === true)?.name;
      return `closed without an answer${cluster === undefined ? "" : `: ${cluster}`}${flagText(explanation)}`;
    }
    case "waiting":
      return "hangs: Envoy waits for the client, and the client for the server";
  }
}

function forwardVerdict({ clusters, cause }: Explanation): string {
  const possible = clusters.filter(({ chosen }) => chosen !== false);
  if (possible.length === 0) return "forwarded, to a cluster that this dump does not decide";
  const total = clusters.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  const [only] = possible;
  if (possible.length > 1 || only === undefined) {
    return `forwarded to one of ${possible.length} clusters: ${possible.map(({ name, weight }) => `${name}${weight === null || total === 0 ? "" : ` ${share(weight, total)}`}`).join(", ")}`;
  }
  if (cause !== null && only.type === "ORIGINAL_DST") return `passed through: ${only.name} dials the address the application dialled`;
  return `forwarded to ${only.name}`;
}

export const share = (weight: number, total: number): string => `${Math.round((weight / total) * 1000) / 10} %`;

function statusText(explanation: Explanation): string {
  const { response } = explanation;
  return `${response?.status ?? "no status"}${grpcText(explanation)}${response?.details == null ? "" : ` ${response.details}`}`;
}

const grpcText = ({ response }: Explanation): string => (response?.grpcStatus == null ? "" : ` with grpc-status ${response.grpcStatus}`);

const flagText = ({ response }: Explanation): string =>
  response === null || response.flags.length === 0 ? "" : ` (response flags ${response.flags.join(",")})`;
