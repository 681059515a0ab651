import type { TrafficDifference } from "../../diff/traffic/traffic-difference.js";
import { countOf } from "../../util/text.js";
import { codeSpan, escapeMarkdown } from "./markdown-text.js";
import { describeEffect } from "./traffic-words.js";

/**
 * The part of a diff for a pull request that says what becomes of traffic: a table of the classes, each with its witness folded.
 *
 * @param left characters that it may take; how many classes were left out is said
 */
export function trafficMarkdownLines({ classes, unreachable, revived }: TrafficDifference, left: number): readonly string[] {
  const rows: string[] = [];
  const witnesses: string[] = [];
  let size = 400;
  for (const each of classes) {
    const { before, after } = describeEffect(each);
    const row = `| ${escapeMarkdown(each.description)} | ${escapeMarkdown(before)} | ${escapeMarkdown(after)} |`;
    const witness = `- ${escapeMarkdown(each.description)}<br>${codeSpan(JSON.stringify(each.witness))}`;
    size += row.length + witness.length + 2;
    if (size > left) break;
    rows.push(row);
    witnesses.push(witness);
  }
  const cut = classes.length - rows.length;
  const routes = (
    heading: string,
    list: readonly {
      readonly routeConfiguration: string;
      readonly virtualHost: string;
      readonly route: string;
      readonly by?: readonly string[];
    }[],
  ): readonly string[] =>
    list.length === 0
      ? []
      : [
          "",
          `${heading}:`,
          "",
          ...list.map(
            ({ routeConfiguration, virtualHost, route, by = [] }) =>
              `- ${escapeMarkdown(route)} (routes ${escapeMarkdown(routeConfiguration)}, virtual host ${escapeMarkdown(virtualHost)}${by.length === 0 ? "" : `; taken by ${escapeMarkdown(by.join(", "))}`})`,
          ),
        ];
  return [
    ...(rows.length === 0 ? [] : ["", "| requests that change | before | after |", "|---|---|---|", ...rows]),
    ...(cut === 0 ? [] : ["", `${countOf(cut, "more class", "more classes")} left out for length; the JSON answer has all.`]),
    ...routes("Dead from now on", unreachable),
    ...routes("Alive again", revived),
    ...(witnesses.length === 0
      ? []
      : ["", "<details><summary>a request of each class, for <code>xdsight explain</code></summary>", "", ...witnesses, "", "</details>"]),
  ];
}
