import type { HttpConnectionManager } from "../generated/messages.js";
import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";
import { encodeUtf8 } from "../util/utf8.js";

/** A path after the connection manager's rules, or the answer that they give in its place. */
export type NormalizedPath =
  | { readonly kind: "path"; readonly path: string; readonly changedBy: readonly string[] }
  | { readonly kind: "rejected"; readonly because: string }
  | { readonly kind: "redirected"; readonly path: string };

type Rules = Pick<HttpConnectionManager, "normalize_path" | "merge_slashes" | "path_with_escaped_slashes_action">;

/**
 * The path as matchers see it: escaped slashes, then normalisation, then merged slashes. The query is left alone.
 *
 * @param normalizeByDefault the runtime key `http_connection_manager.normalize_path`
 */
export function normalizePath(target: string, rules: Rules, version: EnvoyVersion | null, normalizeByDefault: boolean): NormalizedPath {
  const queryStart = target.indexOf("?");
  const query = queryStart < 0 ? "" : target.slice(queryStart);
  let path = queryStart < 0 ? target : target.slice(0, queryStart);
  const changedBy: string[] = [];
  let redirect = false;
  const escaped = /%2f|%5c/i.test(path);
  switch (rules.path_with_escaped_slashes_action) {
    case "REJECT_REQUEST":
      if (escaped) return { kind: "rejected", because: "the path has an escaped slash" };
      break;
    case "UNESCAPE_AND_REDIRECT":
    case "UNESCAPE_AND_FORWARD":
      if (escaped) {
        path = path.replace(/%2f/gi, "/").replace(/%5c/gi, "\\");
        changedBy.push("path_with_escaped_slashes_action");
        redirect = rules.path_with_escaped_slashes_action === "UNESCAPE_AND_REDIRECT";
      }
      break;
    default:
  }
  if (rules.normalize_path ?? normalizeByDefault) {
    const normalized = removeDots(canonicalize(withoutDotParameters(path, version)));
    if (normalized === undefined) return { kind: "rejected", because: "the path can't be normalised" };
    if (normalized !== path) changedBy.push("normalize_path");
    path = normalized;
  }
  if (rules.merge_slashes === true && path.includes("//")) {
    path = /^\/+$/.test(path) ? "//" : path.replace(/\/{2,}/g, "/");
    changedBy.push("merge_slashes");
  }
  return redirect ? { kind: "redirected", path: path + query } : { kind: "path", path: path + query, changedBy };
}

const unreserved = /[A-Za-z0-9\-._~]/;

/** Percent-encoding in its canonical form; undefined where it hides a NUL. */
function canonicalize(path: string): string | undefined {
  if (/%00/.test(path)) return undefined;
  return path
    .replaceAll("\\", "/")
    .replace(/%([0-9a-fA-F]{2})/g, (encoded, code: string) => {
      const character = String.fromCharCode(Number.parseInt(code, 16));
      return unreserved.test(character) ? character : encoded;
    })
    .replace(/["<>^`{|}]|[^!-~]+/g, percentEncode);
}

const percentEncode = (text: string): string =>
  Array.from(encodeUtf8(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/** Cuts the parameters off dot segments, from 1.39.1 on: before anything is decoded, and only between slashes. */
function withoutDotParameters(path: string, version: EnvoyVersion | null): string {
  if (version !== null && !isAtLeast(version, 1, 39, 1)) return path;
  return path
    .split("/")
    .map((segment) => /^(\.{1,2});/.exec(segment)?.[1] ?? segment)
    .join("/");
}

/** Removes dot segments. */
function removeDots(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const segments = path.split("/").slice(1);
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment !== "." && segment !== "..") {
      kept.push(segment);
      return;
    }
    if (segment === "..") kept.pop();
    if (last) kept.push("");
  });
  return `/${kept.join("/")}`;
}
