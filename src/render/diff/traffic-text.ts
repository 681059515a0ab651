import type { RouteOfHost, TrafficDifference } from "../../diff/traffic/traffic-difference.js";
import { paletteOf, type RenderOptions } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";
import { describeEffect, inProxies } from "./traffic-words.js";

/** Classes that are shown without --all. */
const shownClasses = 20;

/** The lines of a diff for a terminal that say what becomes of traffic; none where no request is treated differently. */
export function trafficTextLines({ classes, unreachable, revived }: TrafficDifference, options: RenderOptions): readonly string[] {
  const palette = paletteOf(options);
  const indented = (text: string, indent: number): readonly string[] =>
    wrapText(plainText(text), options.columns, indent + 2).map((line, index) => " ".repeat(index === 0 ? indent : indent + 2) + line);
  const shown = options.all ? classes : classes.slice(0, shownClasses);
  const hidden = classes.length - shown.length;
  return [
    ...(classes.length === 0 ? [] : ["", palette.bold("requests that change")]),
    ...shown.flatMap((each) => {
      const { before, after } = describeEffect(each);
      const [arrow, was, is] = ["  →  ", plainText(before), plainText(after)];
      const oneLine = 6 + was.length + arrow.length + is.length <= options.columns;
      return [
        ...indented(`${each.description}${inProxies(each)}`, 2),
        ...(oneLine
          ? [`      ${palette.red(was)}${arrow}${palette.green(is)}`]
          : [...indented(was, 6).map(palette.red), ...indented(`→ ${is}`, 6).map(palette.green)]),
        ...(options.all ? indented(`witness: ${JSON.stringify(each.witness)}`, 6) : []),
      ];
    }),
    ...(hidden === 0 ? [] : [`  and ${hidden} more (--all)`]),
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
