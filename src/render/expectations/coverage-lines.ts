import type { Coverage, Covered } from "../../expectations/coverage.js";
import type { RenderOptions } from "../options.js";
import { plainText } from "../text-wrap.js";

/** How many untouched parts of a kind are listed without --all. */
const shownUntouched = 5;

/** The counts of a coverage, then what was not touched. */
export function coverageLines(coverage: Coverage, options: RenderOptions): readonly string[] {
  const { routeConfigurations, virtualHosts, routes, listeners, filterChains } = coverage;
  const rows: readonly (readonly [string, Covered<unknown>])[] = [
    ["routes", routes],
    ["virtual hosts", virtualHosts],
    ["route configurations", routeConfigurations],
    ["listeners", listeners],
    ["filter chains", filterChains],
  ];
  const widest = Math.max(...rows.map(([, { touched, total }]) => `${touched} of ${total}`.length));
  return [
    ...rows.map(([name, { touched, total, percent }]) =>
      `  ${name.padEnd(20)}   ${`${touched} of ${total}`.padEnd(widest)}   ${percent === null ? "" : `${percent} %`}`.trimEnd(),
    ),
    ...untouchedLines(
      "routes",
      routes.untouched.map(({ routeConfiguration, virtualHost, route, index, at }) => ({
        words: `${routeConfiguration || "(unnamed)"}: ${virtualHost}: ${route ?? "(unnamed)"} #${index}`,
        at,
      })),
      options,
    ),
    ...untouchedLines(
      "filter chains",
      filterChains.untouched.map(({ listener, filterChain, index, at }) => ({
        words: `${listener}: ${filterChain ?? "(unnamed)"} ${index < 0 ? "(default)" : `#${index}`}`,
        at,
      })),
      options,
    ),
  ];
}

interface Untouched {
  readonly words: string;
  readonly at: string;
}

function untouchedLines(kind: string, untouched: readonly Untouched[], { all, at }: RenderOptions): readonly string[] {
  if (untouched.length === 0) return [];
  const shown = all ? untouched : untouched.slice(0, shownUntouched);
  const hidden = untouched.length - shown.length;
  return [
    `  ${kind} not touched`,
    ...shown.flatMap((one) => [`    ${plainText(one.words)}`, ...(at ? [`      ${one.at}`] : [])]),
    ...(hidden === 0 ? [] : [`    and ${hidden} more (--all)`]),
  ];
}
