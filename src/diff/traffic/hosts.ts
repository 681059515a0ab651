import type { RouteConfiguration, VirtualHost } from "../../model/route-configuration.js";
import { freshText } from "../../witness/text-candidates.js";

/** Of more wildcards than that, those that overlap are not combined. */
const mostWildcards = 60;

/** A host that no virtual host names. */
export const unnamedHost = "other.example";

/**
 * Hosts that tell virtual hosts apart: of each domain one that it takes and, if anything, nothing narrower; where a prefix and a suffix
 * may take the same host, one that both take.
 *
 * @param looked the virtual hosts whose domains matter
 */
export function hostsOf(looked: readonly VirtualHost[], configurations: readonly RouteConfiguration[]): readonly string[] {
  const domains = [...new Set(looked.flatMap((virtualHost) => virtualHost.domains))];
  const fresh = freshText(domains.slice(0, 1_000));
  const hosts = new Set<string>();
  for (const domain of domains) if (!domain.includes("*")) hosts.add(domain);
  const wildcards = domains.filter((domain) => domain !== "*" && domain.includes("*"));
  for (const domain of wildcards) hosts.add(domain.startsWith("*") ? fresh + domain.slice(1) : domain.slice(0, -1) + fresh);
  if (wildcards.length > 0) {
    const others = new Set(
      configurations.flatMap(({ virtualHosts }) =>
        virtualHosts.flatMap((virtualHost) => virtualHost.domains.filter((domain) => domain !== "*" && domain.includes("*"))),
      ),
    );
    for (const one of wildcards.slice(0, mostWildcards)) {
      for (const other of [...others].slice(0, mostWildcards)) {
        if (one.startsWith("*") === other.startsWith("*")) continue;
        const [prefix, suffix] = one.startsWith("*") ? [other.slice(0, -1), one.slice(1)] : [one.slice(0, -1), other.slice(1)];
        hosts.add(prefix + suffix);
        hosts.add(prefix + fresh + suffix);
      }
    }
  }
  hosts.add(unnamedHost);
  return [...hosts].filter((host) => host !== "");
}
