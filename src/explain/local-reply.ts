import type { LocalResponse } from "./explanation.js";

/** The gRPC status that Envoy gives in place of an HTTP status (its Grpc::Utility::httpToGrpcStatus). */
export function grpcStatusFor(status: number): number {
  switch (status) {
    case 400:
      return 13;
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
      return 12;
    case 429:
    case 502:
    case 503:
    case 504:
      return 14;
    default:
      return 2;
  }
}

export interface LocalReply {
  readonly status: number;
  readonly details: string;
  readonly flags?: readonly string[];
  readonly location?: string;
}

/** An answer that Envoy gives itself; a gRPC client sees it as HTTP 200 with a grpc-status, a redirect keeps its Location. */
export function localResponse({ status, details, flags = [], location }: LocalReply, isGrpc: boolean): LocalResponse {
  return {
    status: isGrpc ? 200 : status,
    details,
    flags,
    grpcStatus: isGrpc ? grpcStatusFor(status) : null,
    location: location ?? null,
  };
}

/** The end of a connection or stream without an HTTP answer. */
export const noResponse = (details: string | null, flags: readonly string[] = []): LocalResponse => ({
  status: null,
  details,
  flags,
  grpcStatus: null,
  location: null,
});
