import fc from "fast-check";
import type { Request } from "../../../src/model/request.js";
import type { JsonObject } from "../../../src/util/json.js";
import { proxyProtocolFilter } from "../dress-trial.js";
import type { Entry, Trial } from "../trial.js";
import { byWeight, few, seldom } from "./draw.js";
import { chainListener, tlsListener } from "./filter-chains.js";
import { managerWith } from "./manager.js";
import { connection, httpRequest, secureConnection } from "./requests.js";
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

/** A listener with several filter chains: the matter is which one takes a connection, and what it does with it. */
export const chainTrial = (requests: number): fc.Arbitrary<Trial> =>
  fc.record({ entry, sent: few(connection, requests, requests) }).chain(({ entry: comes, sent }) =>
    chainListener(comes !== "direct").map((listener) => ({
      entry: comes,
      byRds: false,
      listeners: [listener],
      requests: numbered(sent),
    })),
  );

/** The same with filter chains that take TLS off. */
export const tlsTrial = (requests: number): fc.Arbitrary<Trial> =>
  fc
    .record({ entry, sent: few(secureConnection, requests, requests) })
    .chain(({ entry: comes, sent }) =>
      tlsListener(comes !== "direct").map((listener) => ({ entry: comes, byRds: false, listeners: [listener], requests: numbered(sent) })),
    );

const targetAddresses = [
  ["10.96.0.11", 9080],
  ["0.0.0.0", 9080],
  ["10.96.0.11", 443],
  ["0.0.0.0", 443],
  ["192.168.1.7", 80],
  ["0.0.0.0", 80],
  ["fd00::11", 9080],
  ["::", 443],
  ["::", 8080],
] as const;

const socketAddress = ([address, port_value]: readonly [string, number], compatible: boolean): JsonObject => ({
  socket_address: { address, port_value, ...(compatible && address === "::" ? { ipv4_compat: true } : {}) },
});

/** A listener that hands connections on to others, by the address dialled. */
export const handOffTrial = (requests: number): fc.Arbitrary<Trial> =>
  fc
    .tuple(
      chainListener(true),
      fc.shuffledSubarray([...targetAddresses], { minLength: 2 }),
      fc.array(fc.tuple(chainListener(false), fc.boolean(), seldom(3, fc.constant(true))), {
        minLength: targetAddresses.length,
        maxLength: targetAddresses.length,
      }),
      few(connection, requests, requests),
    )
    .map(([accepting, addresses, targets, sent]) => {
      const listeners = targets.flatMap(([listener, compatible, doubled], index): JsonObject[] => {
        const own = addresses[index * 2];
        const other = addresses[index * 2 + 1];
        if (own === undefined) return [];
        const more = other === undefined ? [] : [{ address: socketAddress(other, compatible) }];
        return [{ ...listener, address: socketAddress(own, compatible), ...(doubled === true ? { additional_addresses: more } : {}) }];
      });
      return {
        entry: "handed-off",
        byRds: false,
        listeners: [{ ...accepting, use_original_dst: true }, ...listeners],
        requests: numbered(sent),
      };
    });

/** Any trial; of those that hand connections on at most one may run in an Envoy, so they come apart. */
export const anyTrial = (requests: number): fc.Arbitrary<Trial> =>
  byWeight([6, routeTrial(requests)], [2, chainTrial(requests)], [1, tlsTrial(requests)]);
