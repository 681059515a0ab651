import type { FilterChainMatch } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import { lowerAscii } from "./ascii-case.js";
import { type Cidr, type CidrRange, containsIp, describeCidrRange, type IpAddress, parseCidr, parseIp } from "./cidr.js";
import { isLocalConnection, type MatchedConnection, unknownSource, unknownSourcePort } from "./connection.js";
import { unknownCriterion } from "./unknown-criterion.js";
import type { Unknown } from "./verdict.js";
import { listFew, plain } from "./wording.js";

/** What Envoy looks at to choose a filter chain, in its order. */
export const filterChainCriteria = [
  "destination_port",
  "prefix_ranges",
  "server_names",
  "transport_protocol",
  "application_protocols",
  "direct_source_prefix_ranges",
  "source_type",
  "source_prefix_ranges",
  "source_ports",
] as const;
export type FilterChainCriterion = (typeof filterChainCriteria)[number];

/** One level of the choice: the most specific value among the filter chains still in question, and which of them hold it. */
export interface FilterChainLevel {
  readonly criterion: FilterChainCriterion;
  /** In words: `destination_port 9080`, `no server_names`. */
  readonly because: string;
  /** Places in the list of filter chains. */
  readonly survivors: readonly number[];
}

/** A filter chain that was not chosen, and the criterion that put it out. */
export interface RejectedFilterChain {
  readonly index: number;
  readonly failedOn: FilterChainCriterion;
  readonly because: string;
  readonly at: string;
}

/** Which of a listener's filter chains takes a connection. */
export interface FilterChainChoice {
  /** Its place in the list. Null: none does, which leaves the default filter chain; or it is not decided. */
  readonly chosen: number | null;
  /** Every answer possible, null for none; exactly `[chosen]` when it is decided. */
  readonly candidates: readonly (number | null)[];
  /** `ambiguous`: several match equally well, and which one Envoy takes is not specified. */
  readonly uncertain: (Unknown & { readonly code: "ambiguous" | "undecided" }) | null;
  /** The levels that narrowed the choice, as far as they are decided. */
  readonly levels: readonly FilterChainLevel[];
  /** All filter chains that are no candidates, in the order of the list. */
  readonly rejected: readonly RejectedFilterChain[];
}

/**
 * Chooses the filter chain for a connection by the filter chains' matches (an absent match is `{}`), as Envoy does: criterion after
 * criterion, each time keeping only the filter chains with the most specific value that fits, and never coming back to the others. Their
 * order and names do not matter. What depends on a source that is not known yields every filter chain possible.
 */
export function chooseFilterChain(matches: readonly FilterChainMatch[], connection: MatchedConnection): FilterChainChoice {
  const odd = matches.flatMap((match, index) => {
    const unknown = unknownCriterion(match, knownFields);
    return unknown === undefined ? [] : [{ index, unknown }];
  });
  const all = matches.map((_, index) => index);
  const first = odd[0];
  if (first === undefined) return choose(matches, connection, all);
  // What a newer criterion asks for is not known: the filter chain may be out of the choice, or in it.
  const withAll = choose(matches, connection, all);
  const oddOnes = new Set(odd.map(({ index }) => index));
  const without = choose(
    matches,
    connection,
    all.filter((index) => !oddOnes.has(index)),
  );
  const candidates = [...new Set([...withAll.candidates, ...without.candidates])];
  if (candidates.length === 1) return withAll;
  const rejected = withAll.rejected.filter(({ index }) => !candidates.includes(index));
  return { ...withAll, chosen: null, candidates, uncertain: { code: "undecided", ...first.unknown }, rejected };
}

/** All criteria of a filter chain match in one line: `destination_port 9080, transport_protocol tls`. */
export function describeFilterChainMatch(match: FilterChainMatch): string {
  const criteria = levels.flatMap((level) => {
    const values = level.describe(match);
    return values.length === 0 ? [] : [`${level.criterion} ${listFew(values, 4)}`];
  });
  return criteria.length === 0 ? "any connection" : criteria.join(", ");
}

interface Level {
  readonly criterion: FilterChainCriterion;
  /** Does the filter chain name the criterion? */
  names(match: FilterChainMatch): boolean;
  /** The buckets that a filter chain is in; one that does not name the criterion is in the bucket of all others. */
  buckets(match: FilterChainMatch): readonly string[];
  /** The values named, for people; none where the criterion is absent. */
  describe(match: FilterChainMatch): readonly string[];
  /**
   * The bucket that takes the connection, out of those that exist: the most specific that fits, undefined for none. Several where it
   * is not known which, with the reason.
   */
  pick(buckets: readonly string[], connection: MatchedConnection): Picked;
  /** What the connection has to show, for people. */
  shown(connection: MatchedConnection): string;
}

interface Picked {
  /** Several: what decides between them is not known, or nothing specified does. */
  readonly possible: readonly (string | undefined)[];
  readonly unknown?: Unknown;
}

/** The bucket of the filter chains that do not name a criterion of plain values. */
const unnamed = "";
/**
 * The ranges of the filter chains that do not name a criterion of addresses. Envoy keeps them apart from those that name the whole range:
 * where both are there, one of the two is taken and the other not looked at, now this and now that one.
 */
const everywhere = ["any:0.0.0.0/0", "any:::/0"];
/** The address that Envoy puts in the place of one that is no IP address. */
const standIn: IpAddress = { family: 4, bytes: [255, 255, 255, 255] };

const levels: readonly Level[] = [
  valueLevel("destination_port", {
    values: (match) => (match.destination_port === undefined ? [] : [String(match.destination_port)]),
    preferred: ({ destination }) => (destination === undefined ? [] : [String(destination.port)]),
    shown: ({ destination }) => `destination port ${destination?.port ?? "(none)"}`,
  }),
  rangeLevel("prefix_ranges", {
    address: ({ destination }) => (destination === undefined ? standIn : parseIp(destination.ip)),
    shown: ({ destination }) => `destination ${destination?.ip ?? "(no IP address)"}`,
  }),
  valueLevel("server_names", {
    values: (match) => (match.server_names ?? []).map(lowerAscii).map((name) => (name.startsWith("*.") ? name.slice(1) : name)),
    describe: (match) => match.server_names ?? [],
    preferred: ({ serverName }) => [lowerAscii(serverName), ...wildcardsFor(lowerAscii(serverName))].filter((name) => name !== ""),
    shown: ({ serverName }) => (serverName === "" ? "no SNI" : `SNI ${plain(serverName)}`),
  }),
  valueLevel("transport_protocol", {
    values: (match) => (match.transport_protocol === undefined ? [] : [match.transport_protocol]),
    preferred: ({ transportProtocol }) => [transportProtocol],
    shown: ({ transportProtocol }) => `transport protocol ${plain(transportProtocol)}`,
  }),
  valueLevel("application_protocols", {
    values: (match) => match.application_protocols ?? [],
    preferred: ({ applicationProtocols }) => applicationProtocols,
    shown: ({ applicationProtocols: protocols }) =>
      protocols.length === 0 ? "no application protocol" : `application protocol ${listFew(protocols.map(plain))}`,
  }),
  rangeLevel("direct_source_prefix_ranges", {
    address: ({ directSource }) => (directSource === undefined ? undefined : parseIp(directSource.ip)),
    shown: ({ directSource }) => `direct source ${directSource?.ip ?? "(unknown)"}`,
  }),
  valueLevel("source_type", {
    values: ({ source_type: type }) => (type === undefined || type === "ANY" ? [] : [type]),
    preferred(connection) {
      const local = isLocalConnection(connection);
      if (typeof local !== "boolean") return { either: ["SAME_IP_OR_LOOPBACK", "EXTERNAL"], unknown: local };
      return [local ? "SAME_IP_OR_LOOPBACK" : "EXTERNAL"];
    },
    shown: (connection) => `source type ${isLocalConnection(connection) === true ? "SAME_IP_OR_LOOPBACK" : "EXTERNAL"}`,
  }),
  rangeLevel("source_prefix_ranges", {
    address: ({ source }) => (source === undefined ? undefined : parseIp(source.ip)),
    shown: ({ source }) => `source ${source?.ip ?? "(unknown)"}`,
  }),
  valueLevel("source_ports", {
    values: (match) => (match.source_ports ?? []).map(String),
    preferred: ({ source }) => (source?.port === undefined ? { either: "all", unknown: unknownSourcePort } : [String(source.port)]),
    shown: ({ source }) => `source port ${source?.port ?? "(unknown)"}`,
  }),
];

const knownFields: ReadonlySet<string> = new Set([...filterChainCriteria, "address_suffix", "suffix_len"]);

/** Buckets in order of preference; or, where the value is not known, one of some or of all. */
type Preference = readonly string[] | { readonly either: readonly string[] | "all"; readonly unknown: Unknown };

/** A level of values that are equal or not; those that do not name the criterion are the last resort. */
function valueLevel(
  criterion: FilterChainCriterion,
  parts: {
    values(match: FilterChainMatch): readonly string[];
    describe?(match: FilterChainMatch): readonly string[];
    preferred(connection: MatchedConnection): Preference;
    shown(connection: MatchedConnection): string;
  },
): Level {
  return {
    criterion,
    names: (match) => parts.values(match).length > 0,
    buckets(match) {
      const values = parts.values(match);
      return values.length === 0 ? [unnamed] : values;
    },
    describe: (match) => (parts.describe ?? parts.values)(match).map(plain),
    pick(buckets, connection) {
      const existing = new Set(buckets);
      const best = (preferred: readonly string[]) => [...preferred, unnamed].find((bucket) => existing.has(bucket));
      const preference = parts.preferred(connection);
      if (!("either" in preference)) return { possible: [best(preference)] };
      const either = preference.either === "all" ? [...buckets, unnamed] : preference.either;
      return { possible: [...new Set(either.map((bucket) => best([bucket])))], unknown: preference.unknown };
    },
    shown: parts.shown,
  };
}

/** A level of address ranges: the longest one that holds the address. */
function rangeLevel(
  criterion: "prefix_ranges" | "direct_source_prefix_ranges" | "source_prefix_ranges",
  parts: { address(connection: MatchedConnection): IpAddress | undefined; shown(connection: MatchedConnection): string },
): Level {
  return {
    criterion,
    names: (match) => (match[criterion] ?? []).length > 0,
    buckets(match) {
      const ranges = match[criterion] ?? [];
      return ranges.length === 0 ? everywhere : ranges.map(describeCidrRange);
    },
    describe: (match) => (match[criterion] ?? []).map(describeCidrRange),
    pick(buckets, connection) {
      const ranges = buckets.flatMap((bucket) => {
        const cidr = parseBucket(bucket);
        return cidr === undefined ? [] : [{ bucket, cidr }];
      });
      const address = parts.address(connection);
      if (address !== undefined) {
        const longest = longestRange(ranges, address);
        const same = ranges.filter(({ cidr }) => cidr.length === 0 && cidr.family === address.family);
        return { possible: longest?.cidr.length === 0 ? same.map(({ bucket }) => bucket) : [longest?.bucket] };
      }
      const family = (connection.destination && parseIp(connection.destination.ip)?.family) ?? undefined;
      const possible = ranges.filter(({ cidr }) => family === undefined || cidr.family === family);
      const covered = possible.some(({ cidr }) => cidr.length === 0);
      return { possible: [...possible.map(({ bucket }) => bucket), ...(covered ? [] : [undefined])], unknown: unknownSource };
    },
    shown: parts.shown,
  };
}

const parseBucket = (named: string): Cidr | undefined => {
  const bucket = named.replace(/^any:/, "");
  const slash = bucket.lastIndexOf("/");
  return parseCidr({ address_prefix: bucket.slice(0, slash), prefix_len: Number(bucket.slice(slash + 1)) } satisfies CidrRange);
};

function longestRange<Entry extends { readonly cidr: Cidr }>(ranges: readonly Entry[], address: IpAddress): Entry | undefined {
  let best: Entry | undefined;
  for (const range of ranges) {
    if (containsIp(range.cidr, address) && (best === undefined || range.cidr.length > best.cidr.length)) best = range;
  }
  return best;
}

/** The suffixes of a name that a `*.` pattern can stand for, the longest first: `.b.com`, `.com` for `a.b.com`. */
function wildcardsFor(name: string): readonly string[] {
  const suffixes: string[] = [];
  for (let dot = name.indexOf(".", 1); dot >= 0 && dot < name.length - 1; dot = name.indexOf(".", dot + 1)) suffixes.push(name.slice(dot));
  return suffixes;
}

function choose(matches: readonly FilterChainMatch[], connection: MatchedConnection, indices: readonly number[]): FilterChainChoice {
  const rejected: RejectedFilterChain[] = [];
  const decided: FilterChainLevel[] = [];
  let survivors = indices;
  for (const [depth, level] of levels.entries()) {
    if (!survivors.some((index) => level.names(matches[index] ?? {}))) continue; // All are in one bucket, which takes everything.
    const buckets = bucketsOf(level, matches, survivors);
    const picked = level.pick([...buckets.keys()], connection);
    const [bucket] = picked.possible;
    const kept = bucket === undefined ? [] : (buckets.get(bucket) ?? []);
    if (picked.possible.some((other) => !isSameList(kept, other === undefined ? [] : (buckets.get(other) ?? [])))) {
      const candidates = reachable(matches, connection, survivors, depth);
      const because = `no ${level.criterion === "source_ports" ? "source port" : "source address"} leads to it`;
      for (const index of survivors) if (!candidates.has(index)) rejected.push(reject(matches, index, level.criterion, because));
      return conclude([...candidates], picked.unknown, decided, rejected);
    }
    const keptOnes = new Set(kept);
    for (const index of survivors) {
      if (!keptOnes.has(index))
        rejected.push(reject(matches, index, level.criterion, sayWhyNot(level, matches[index] ?? {}, bucket, connection)));
    }
    if (bucket === undefined) return conclude([null], undefined, decided, rejected);
    if (kept.length < survivors.length || isNamed(level, bucket))
      decided.push({ criterion: level.criterion, because: sayBucket(level, bucket), survivors: kept });
    survivors = kept;
  }
  return conclude(survivors.length === 0 ? [null] : survivors, undefined, decided, rejected);
}

function conclude(
  candidates: readonly (number | null)[],
  unknown: Unknown | undefined,
  decided: readonly FilterChainLevel[],
  rejected: readonly RejectedFilterChain[],
): FilterChainChoice {
  const shared = { candidates, levels: decided, rejected: rejected.toSorted((a, b) => a.index - b.index) };
  const [only = null] = candidates;
  if (candidates.length === 1) return { chosen: only, uncertain: null, ...shared };
  const ambiguous = { because: "several filter chains match equally well", decidedBy: "Envoy's order of them, which is not specified" };
  return {
    chosen: null,
    uncertain: unknown === undefined ? { code: "ambiguous", ...ambiguous } : { code: "undecided", ...unknown },
    ...shared,
  };
}

/** Every filter chain that may take the connection from a level on, null for none, over all values that are not known. */
function reachable(
  matches: readonly FilterChainMatch[],
  connection: MatchedConnection,
  start: readonly number[],
  depth: number,
): ReadonlySet<number | null> {
  const candidates = new Set<number | null>();
  let fronts = new Map([[start.join(), start]]);
  for (const level of levels.slice(depth)) {
    const next = new Map<string, readonly number[]>();
    for (const survivors of fronts.values()) {
      const buckets = bucketsOf(level, matches, survivors);
      for (const bucket of level.pick([...buckets.keys()], connection).possible) {
        const kept = bucket === undefined ? [] : (buckets.get(bucket) ?? []);
        if (kept.length === 0) candidates.add(null);
        else next.set(kept.join(), kept);
      }
    }
    fronts = next;
  }
  for (const survivors of fronts.values()) for (const index of survivors) candidates.add(index);
  return candidates;
}

function bucketsOf(level: Level, matches: readonly FilterChainMatch[], survivors: readonly number[]): Map<string, number[]> {
  const buckets = new Map<string, number[]>();
  for (const index of survivors) {
    for (const bucket of new Set(level.buckets(matches[index] ?? {}))) {
      const chains = buckets.get(bucket);
      if (chains === undefined) buckets.set(bucket, [index]);
      else chains.push(index);
    }
  }
  return buckets;
}

const isSameList = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((index, place) => index === other[place]);

const isNamed = (level: Level, bucket: string): boolean => !level.buckets({}).includes(bucket);

const sayBucket = (level: Level, bucket: string): string =>
  isNamed(level, bucket) ? `${level.criterion} ${wildcardOf(level, bucket)}` : `no ${level.criterion}`;

const wildcardOf = (level: Level, bucket: string): string =>
  level.criterion === "server_names" && bucket.startsWith(".") ? `*${bucket}` : bucket;

function reject(matches: readonly FilterChainMatch[], index: number, failedOn: FilterChainCriterion, because: string): RejectedFilterChain {
  return { index, failedOn, because, at: placeOf(matches[index] ?? {}, failedOn) };
}

/** Why a filter chain is out at a level: what it names does not fit the connection, or another names something more specific that does. */
function sayWhyNot(level: Level, match: FilterChainMatch, winner: string | undefined, connection: MatchedConnection): string {
  const named = level.describe(match);
  const fits = winner !== undefined && level.pick(level.buckets(match), connection).possible.some((bucket) => bucket !== undefined);
  if (fits) {
    const own = named.length === 0 ? `no ${level.criterion}` : `${level.criterion} ${listFew(named)}`;
    return `${own}, and another filter chain names ${wildcardOf(level, winner)}`;
  }
  const shown = level.shown(connection);
  if (shown.startsWith("no ")) return `${shown}, it wants ${named.length > 1 ? "one of " : ""}${listFew(named)}`;
  return `${shown} is not ${named.length > 1 ? "among " : ""}${listFew(named)}`;
}
