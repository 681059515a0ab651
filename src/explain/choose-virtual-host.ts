import { type DomainIndex, indexDomains, withoutPort } from "../match/domain.js";
import { firstHeaderValue } from "../match/request-headers.js";
import { placeOf } from "../model/proto-json.js";
import type { RouteConfiguration, VirtualHost } from "../model/route-configuration.js";
import { pointTo } from "../util/json-pointer.js";
import type { NearestCandidate } from "./explanation.js";
import type { Journal } from "./journal.js";
import type { ReceivedRequest } from "./reception.js";

export interface ChosenVirtualHost {
  readonly virtualHost: VirtualHost;
  readonly domain: string;
  readonly at: string;
}

export interface VirtualHostChoice {
  readonly chosen: ChosenVirtualHost | null;
  /** Virtual hosts whose domains the host misses narrowly. */
  readonly near: readonly NearestCandidate[];
}

const indexes = new WeakMap<RouteConfiguration, DomainIndex>();

function domainsOf(configuration: RouteConfiguration): DomainIndex {
  let index = indexes.get(configuration);
  if (index === undefined) {
    index = indexDomains(configuration.virtualHosts);
    indexes.set(configuration, index);
  }
  return index;
}

/** The virtual host of a request: by `vhost_header` where the configuration has one, else by the authority. */
export function chooseVirtualHost(configuration: RouteConfiguration, request: ReceivedRequest, journal: Journal): VirtualHostChoice {
  const { message } = configuration;
  const byHeader = message.vhost_header;
  const header = firstHeaderValue(request.headers, byHeader ?? ":authority");
  const what = byHeader === undefined ? "authority" : `header ${byHeader}`;
  if (header === undefined) {
    const [only, ...others] = configuration.virtualHosts;
    // Where there is no other domain than *, Envoy does not look at the request.
    if (only !== undefined && others.length === 0 && only.message.domains?.every((domain) => domain === "*") === true) {
      const at = domainPlace(only, 0);
      journal.decide("virtual host", only.name, "its * is the only domain", at);
      return { chosen: { virtualHost: only, domain: "*", at }, near: [] };
    }
    const at = byHeader === undefined ? configuration.at : placeOf(message, "vhost_header");
    journal.decide("virtual host", "none", `the request has no ${what}, by which the virtual host is chosen`, at);
    return { chosen: null, near: [] };
  }
  const host = message.ignore_port_in_host_matching === true ? withoutPort(header) : header;
  const index = domainsOf(configuration);
  const found = index.find(host);
  const virtualHost = found === undefined ? undefined : configuration.virtualHosts[found.index];
  const near = index.near(host).flatMap((candidate) => {
    const other = configuration.virtualHosts[candidate.index];
    if (other === undefined || other === virtualHost) return [];
    return [
      { candidate: other.name, failedOn: `its domain is ${candidate.domain}, not ${host}`, at: domainPlace(other, candidate.domainIndex) },
    ];
  });
  const rejected = near.map(({ candidate, failedOn, at }) => ({ candidate, because: failedOn, at }));
  if (found === undefined || virtualHost === undefined) {
    journal.decide("virtual host", "none", `no domain takes the ${what} ${shown(host)}`, configuration.at, rejected);
    return { chosen: null, near };
  }
  const at = domainPlace(virtualHost, found.domainIndex);
  const because = found.domain === "*" ? `no other domain takes the ${what} ${shown(host)}` : `by domain ${found.domain}`;
  journal.decide("virtual host", virtualHost.name, because, at, rejected);
  return { chosen: { virtualHost, domain: found.domain, at }, near };
}

const shown = (host: string): string => (host === "" ? '""' : host);
const domainPlace = (virtualHost: VirtualHost, index: number): string => pointTo(placeOf(virtualHost.message, "domains"), index);
