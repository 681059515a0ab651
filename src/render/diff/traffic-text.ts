import type { RouteOfHost, TrafficCase, TrafficDifference } from "../../diff/traffic/traffic-difference.js";
import { paletteOf, type RenderOptions } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";
import { describeCase, describeEffect, type EffectWords, inProxies } from "./traffic-words.js";

/** Classes that are shown without --all. */
const shownClasses = 20;

/** Cases of a class that are shown without --all. */
const shownCases = 4;

const moreLines = (hidden: number, indent: number): readonly string[] =>
  hidden === 0 ? [] : [`${" ".repeat(indent)}and ${hidden} more (--all)`];

/** The lines of a diff for a terminal that say what becomes of traffic; none where no request is treated differently. */
export function trafficTextLines({ classes, unreachable, revived }: TrafficDifference, options: RenderOptions): readonly string[] {
  const palette = paletteOf(options);
  const indented = (text: string, indent: number): readonly string[] =>
    wrapText(plainText(text), options.columns, indent + 2).map((line, index) => " ".repeat(index === 0 ? indent : indent + 2) + line);
  const shown = options.all ? classes : classes.slice(0, shownClasses);
  const effectLines = ({ before, after }: EffectWords, indent: number): readonly string[] => {
    const [arrow, was, is] = ["  →  ", plainText(before), plainText(after)];
    return indent + was.length + arrow.length + is.length <= options.columns
      ? [`${" ".repeat(indent)}${palette.red(was)}${arrow}${palette.green(is)}`]
      : [...indented(was, indent).map(palette.red), ...indented(`→ ${is}`, indent).map(palette.green)];
  };
  const witness = (each: TrafficCase, indent: number): readonly string[] =>
    options.all ? indented(`witness: ${JSON.stringify(each.witness)}`, indent) : [];
  return [
    ...(classes.length === 0 ? [] : ["", palette.bold("requests that change")]),
    ...shown.flatMap((each) => {
      const { cases } = each;
      if (cases === undefined)
        return [...indented(`${each.description}${inProxies(each)}`, 2), ...effectLines(describeEffect(each), 6), ...witness(each, 6)];
      const listed = options.all ? cases : cases.slice(0, shownCases);
      return [
        ...effectLines(describeEffect(each), 2),
        ...(each.proxies === undefined ? [] : indented(inProxies(each).trim(), 6)),
        ...listed.flatMap((one) => [
          ...indented(one.description, 6),
          ...(options.all ? [...effectLines(describeCase(one), 10), ...witness(one, 10)] : []),
        ]),
        ...moreLines(cases.length - listed.length, 6),
      ];
    }),
    ...moreLines(classes.length - shown.length, 2),
    ...(unreachable.length === 0 ? [] : ["", palette.bold("dead from now on")]),
    ...unreachable.flatMap(({ by, at, ...dead }) => [
      ...indented(routeWords(dead), 2),
      ...indented(`${by.join(", ")} ${by.length === 1 ? "takes" : "take"} everything before it`, 6),
      ...(options.at ? [`      ${at}`] : []),
    ]),
    ...(revived.length === 0 ? [] : ["", palette.bold("alive again")]),
    ...revived.flatMap(({ at, ...alive }) => [...indented(routeWords(alive), 2), ...(options.at ? [`      ${at}`] : [])]),
  ];
}

const routeWords = (where: Omit<RouteOfHost, "at">): string =>
  `${where.route}   routes ${where.routeConfiguration}, virtual host ${where.virtualHost}${inProxies(where)}`;
