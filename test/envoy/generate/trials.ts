import fc from "fast-check";
import type { Request } from "../../../src/model/request.js";
import { proxyProtocolFilter } from "../dress-trial.js";
import type { Entry, Trial } from "../trial.js";
import { byWeight, few } from "./draw.js";
import { managerWith } from "./manager.js";
import { httpRequest } from "./requests.js";
import { routeConfiguration } from "./route.js";

const entry = byWeight<Entry>([1, fc.constant("direct")], [5, fc.constant("proxied")]);

/** Requests with an id each. */
const numbered = (requests: readonly Request[]): Request[] => requests.map((request, index) => ({ ...request, id: String(index) }));

/** A listener whose only filter chain has a connection manager: the matter is its routes. */
export const routeTrial = (requests: number): fc.Arbitrary<Trial> =>
  fc
    .record({ entry, byRds: fc.boolean(), manager: managerWith(routeConfiguration), sent: few(httpRequest, requests, requests) })
    .map((drawn) => ({
      entry: drawn.entry,
      byRds: drawn.byRds,
      listeners: [
        {
          listener_filters: drawn.entry === "direct" ? [] : [proxyProtocolFilter],
          filter_chains: [{ name: "only", filters: [drawn.manager] }],
        },
      ],
      requests: numbered(drawn.sent),
    }));

/** Any trial. */
export const anyTrial = (requests: number): fc.Arbitrary<Trial> => routeTrial(requests);
