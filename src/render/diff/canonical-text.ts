import type { CanonicalResource } from "../../diff/canonical-resources.js";
import { plainText } from "../text-wrap.js";
import { describeResourceName } from "./change-words.js";

/**
 * Resources as text that tools compare by lines: a heading each, at the beginning of its line, so that a hunk of `git diff` names the
 * resource that it lies in; then its JSON, indented.
 */
export const renderCanonicalText = (resources: readonly CanonicalResource[]): string => resources.map(textOf).join("");

function textOf({ kind, standing, name, value }: CanonicalResource): string {
  const heading = describeResourceName({ resource: { type: kind, name, state: standing } });
  const body = value === null ? "(nested too deep to be shown)" : JSON.stringify(value, null, 2);
  // Nothing in a file may steer the terminal.
  return `${plainText(heading)}\n${body.replace(/^/gm, "  ").replace(/[\p{Cf}\u2028\u2029]/gu, "\u{fffd}")}\n`;
}
