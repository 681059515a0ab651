import type { MatchingBehaviour } from "./behaviour.js";

/** The path without query and fragment: all before the first `?` or `#`. */
export function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

/**
 * The path as route matches compare it. Where path parameters are ignored, each segment loses its `;…` or, in older releases, the
 * path ends at the first `;`.
 */
export function cutPath(path: string, ignorePathParameters: boolean, behaviour: Pick<MatchingBehaviour, "pathParameters">): string {
  const bare = withoutQuery(path);
  if (!ignorePathParameters || !bare.includes(";")) return bare;
  if (behaviour.pathParameters === "to-the-end") return bare.slice(0, bare.indexOf(";"));
  return bare
    .split("/")
    .map((segment) => segment.split(";", 1)[0] ?? "")
    .join("/");
}
