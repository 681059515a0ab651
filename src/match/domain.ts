import { lowerAscii } from "./ascii-case.js";

/** A domain of a virtual host, by the virtual host's place in its list and the domain's place in the virtual host. */
export interface FoundDomain {
  readonly index: number;
  readonly domainIndex: number;
  /** As it is written in the configuration. */
  readonly domain: string;
}

/** The domains of a list of virtual hosts, prepared for many look-ups. */
export interface DomainIndex {
  /**
   * The domain that takes a host: an equal one, else the longest `*suffix`, else the longest `prefix*`, else `*`. Case does not
   * matter; a wildcard takes at least one character; a port is part of the host.
   */
  find(host: string): FoundDomain | undefined;
  /** Domains that a host misses narrowly: the same host on another port, then the same first label; in the order of the list. */
  near(host: string, most?: number): readonly FoundDomain[];
}

/** Indexes the domains of virtual hosts. Of equal domains, which Envoy refuses, the first counts. */
export function indexDomains(virtualHosts: readonly { readonly domains?: readonly string[] }[]): DomainIndex {
  const exact = new Map<string, FoundDomain>();
  const suffixes = new Wildcards((host, length) => host.slice(-length));
  const prefixes = new Wildcards((host, length) => host.slice(0, length));
  let any: FoundDomain | undefined;
  for (const found of domainsOf(virtualHosts)) {
    const domain = lowerAscii(found.domain);
    if (domain === "*") any ??= found;
    else if (domain.startsWith("*")) suffixes.add(domain.slice(1), found);
    else if (domain.endsWith("*")) prefixes.add(domain.slice(0, -1), found);
    else if (!exact.has(domain)) exact.set(domain, found);
  }
  let neighbours: Neighbours | undefined;
  return {
    find(host) {
      const name = lowerAscii(host);
      return exact.get(name) ?? suffixes.find(name) ?? prefixes.find(name) ?? any;
    },
    near(host, most = 3) {
      neighbours ??= indexNeighbours(virtualHosts);
      const name = withoutPort(lowerAscii(host));
      const candidates = [...(neighbours.byHost.get(name) ?? []), ...(neighbours.byLabel.get(firstLabel(name)) ?? [])];
      return [...new Set(candidates)].slice(0, most);
    },
  };
}

/**
 * A host without its port, as `ignore_port_in_host_matching` sees it: all from the last colon on goes, number or not, unless that
 * colon is within the brackets of an IPv6 address.
 */
export function withoutPort(host: string): string {
  const colon = host.lastIndexOf(":");
  return colon < 0 || host.lastIndexOf("]") > colon ? host : host.slice(0, colon);
}

/** Wildcard domains by the length of their fixed part, the longest first. */
class Wildcards {
  readonly #byLength = new Map<number, Map<string, FoundDomain>>();
  #lengths: readonly number[] = [];

  constructor(private readonly fixedPart: (host: string, length: number) => string) {}

  add(fixed: string, found: FoundDomain): void {
    let same = this.#byLength.get(fixed.length);
    if (same === undefined) {
      same = new Map();
      this.#byLength.set(fixed.length, same);
      this.#lengths = [...this.#byLength.keys()].sort((a, b) => b - a);
    }
    if (!same.has(fixed)) same.set(fixed, found);
  }

  find(host: string): FoundDomain | undefined {
    for (const length of this.#lengths) {
      const found = length < host.length ? this.#byLength.get(length)?.get(this.fixedPart(host, length)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

interface Neighbours {
  readonly byHost: ReadonlyMap<string, readonly FoundDomain[]>;
  readonly byLabel: ReadonlyMap<string, readonly FoundDomain[]>;
}

function indexNeighbours(virtualHosts: readonly { readonly domains?: readonly string[] }[]): Neighbours {
  const byHost = new Map<string, FoundDomain[]>();
  const byLabel = new Map<string, FoundDomain[]>();
  for (const found of domainsOf(virtualHosts)) {
    const host = withoutPort(lowerAscii(found.domain));
    if (host === "*") continue;
    addTo(byHost, host, found);
    addTo(byLabel, firstLabel(host), found);
  }
  return { byHost, byLabel };
}

function* domainsOf(virtualHosts: readonly { readonly domains?: readonly string[] }[]): Generator<FoundDomain> {
  for (const [index, { domains = [] }] of virtualHosts.entries()) {
    for (const [domainIndex, domain] of domains.entries()) yield { index, domainIndex, domain };
  }
}

function addTo(map: Map<string, FoundDomain[]>, key: string, found: FoundDomain): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [found]);
  else list.push(found);
}

const firstLabel = (host: string): string => host.split(".", 1)[0] ?? host;
