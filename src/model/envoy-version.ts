import type { BuildVersion } from "../generated/messages.js";

/** A release of Envoy. */
export interface EnvoyVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * The release in a text such as `1.40.0` or `1.39.1-dev`; a missing patch is 0. Null where the text does not begin with one.
 */
export function parseEnvoyVersion(text: string): EnvoyVersion | null {
  const found = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?![\d.])/.exec(text.trim());
  return found === null ? null : { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0) };
}

/** The release that a node reports of itself (`bootstrap.node.user_agent_build_version`); null where it reports none. */
export function envoyVersionOf(build: BuildVersion | undefined): EnvoyVersion | null {
  const version = build?.version;
  if (version === undefined) return null;
  return { major: version.major_number ?? 0, minor: version.minor_number ?? 0, patch: version.patch ?? 0 };
}

/** `1.40.0` */
export function formatEnvoyVersion(version: EnvoyVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** Is this release the given one or a later one? */
export function isAtLeast(version: EnvoyVersion, major: number, minor: number, patch = 0): boolean {
  if (version.major !== major) return version.major > major;
  if (version.minor !== minor) return version.minor > minor;
  return version.patch >= patch;
}
