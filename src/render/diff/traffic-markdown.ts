import type { DeadRoute, RevivedRoute, TrafficClass, TrafficDifference } from "../../diff/traffic/traffic-difference.js";
import { countOf } from "../../util/text.js";
import { codeSpan, escapeMarkdown } from "./markdown-text.js";
import { describeEffect, inProxies } from "./traffic-words.js";

/** Cases of a class that are shown. */
const shownCases = 6;

/** Characters of headings, and of what is said of what was cut. */
const roomAround = 1_000;

/**
 * The part of a diff for a pull request that says what becomes of traffic: a table of the classes, each with its witness folded, and the
 * routes that died or came alive.
 *
 * @param most characters that it may take; how much was left out is said
 */
export function trafficMarkdownLines({ classes, unreachable, revived }: TrafficDifference, most: number): readonly string[] {
  let left = most - roomAround;
  /** As many of the first ones as there is room for. */
  const fitting = <Item>(items: readonly Item[], linesOf: (item: Item) => readonly string[]): readonly (readonly string[])[] => {
    const shown: (readonly string[])[] = [];
    for (const item of items) {
      const lines = linesOf(item);
      const size = lines.reduce((total, line) => total + line.length + 1, 0);
      if (size > left) break;
      left -= size;
      shown.push(lines);
    }
    return shown;
  };
  const shown = fitting(classes, (each) => [rowOf(each), witnessOf(each)]);
  const routes = (heading: string, list: readonly (DeadRoute | RevivedRoute)[]): readonly string[] => {
    if (list.length === 0) return [];
    const items = fitting(list, (route) => [routeLine(route)]);
    return ["", `${heading}:`, "", ...items.flat(), ...cutLines(list.length - items.length, "more route", "more routes")];
  };
  return [
    ...(shown.length === 0
      ? []
      : ["", "| requests that change | before | after |", "|---|---|---|", ...shown.flatMap(([row = ""]) => row)]),
    ...cutLines(classes.length - shown.length, "more class of requests", "more classes of requests"),
    ...routes("Dead from now on", unreachable),
    ...routes("Alive again", revived),
    ...(shown.length === 0
      ? []
      : [
          "",
          "<details><summary>a request of each class, for <code>xdsight explain</code></summary>",
          "",
          ...shown.flatMap(([, witness = ""]) => witness),
          "",
          "</details>",
        ]),
  ];
}

function rowOf(each: TrafficClass): string {
  const { before, after } = describeEffect(each);
  const cases = each.cases ?? [each];
  const rest = cases.length - shownCases;
  const listed = cases.slice(0, shownCases).map(({ description }) => escapeMarkdown(description));
  const where = `${[...listed, ...(rest > 0 ? [`and ${rest} more`] : [])].join("<br>")}${inProxies(each)}`;
  return `| ${where} | ${escapeMarkdown(before)} | ${escapeMarkdown(after)} |`;
}

const witnessOf = ({ cases, ...first }: TrafficClass): string => {
  const [{ description, witness } = first] = cases ?? [];
  return `- ${escapeMarkdown(description)}<br>${codeSpan(JSON.stringify(witness))}`;
};

function routeLine(route: DeadRoute | RevivedRoute): string {
  const taken = "by" in route && route.by.length > 0 ? `; taken by ${escapeMarkdown(route.by.join(", "))}` : "";
  const where = `routes ${escapeMarkdown(route.routeConfiguration)}, virtual host ${escapeMarkdown(route.virtualHost)}`;
  return `- ${escapeMarkdown(route.route)} (${where}${taken})${inProxies(route)}`;
}

const cutLines = (cut: number, one: string, many: string): readonly string[] =>
  cut === 0 ? [] : ["", `${countOf(cut, one, many)} left out for length; the JSON answer has all.`];
