import type { HeaderValueOption } from "../generated/messages.js";
import { lowerAscii } from "../match/ascii-case.js";
import { isJoinedRequestHeader, type RequestHeaders, type UnknownHeader } from "../match/request-headers.js";
import type { Unknown } from "../match/verdict.js";

/** The header mutations of one level: a weighted cluster's entry, a route, a virtual host or a route configuration. */
export interface HeaderMutations {
  readonly add: readonly HeaderValueOption[];
  readonly remove: readonly string[];
}

export type HeaderSide = "request" | "response";

/** Headers of a response that Envoy keeps in one slot each; a further value joins it behind a comma. Measured on 1.36.4 and 1.40.0. */
const joinedResponseHeaders: ReadonlySet<string> = new Set([
  ...["content-type", "content-length", "content-encoding", "location", "via", "etag", "vary", "cache-control", "last-modified", "expires"],
  ...["age", "access-control-allow-origin", "access-control-allow-methods", "access-control-expose-headers", "grpc-status"],
  ...["grpc-message", "keep-alive", "proxy-status", "x-request-id", "x-envoy-upstream-canary", "x-envoy-decorator-operation"],
  ...["x-envoy-degraded", "x-envoy-ratelimited", "x-envoy-upstream-healthchecked-cluster", "x-envoy-immediate-health-check-fail"],
]);

const isJoined = (side: HeaderSide, name: string): boolean =>
  side === "request" ? isJoinedRequestHeader(name) : joinedResponseHeaders.has(name);

/** The value that a format string has, given the headers as they are at its level. */
export type SubstituteFormat = (format: string, headers: RequestHeaders) => string | Unknown;

/**
 * The headers with the mutations of every level applied in turn, as Envoy's HeaderParser does it. Within a level first all removals,
 * then all values are made from what that leaves, then those that overwrite are set, then the others are added; so two ADD_IF_ABSENT of
 * one name both add. A value that is empty changes nothing, unless `keep_empty_value`. What a value that can't be known touches is unknown.
 */
export function mutateHeaders(
  headers: RequestHeaders,
  levels: readonly HeaderMutations[],
  side: HeaderSide,
  substitute: SubstituteFormat,
): RequestHeaders {
  return levels.reduce((before, level) => mutateLevel(before, level, side, substitute), headers);
}

type Action = "add" | "add-if-absent" | "overwrite" | "overwrite-if-exists" | "unknown";

/** A value to be written. */
interface Write {
  readonly name: string;
  readonly value: string | Unknown;
  readonly overwrites: boolean;
  /** Is the header there afterwards, whatever the value turns out to be? */
  readonly sure: boolean;
}

interface Draft {
  readonly values: Map<string, readonly string[]>;
  readonly unknown: Map<string, UnknownHeader>;
}

function mutateLevel(
  before: RequestHeaders,
  { add, remove }: HeaderMutations,
  side: HeaderSide,
  substitute: SubstituteFormat,
): RequestHeaders {
  if (add.length === 0 && remove.length === 0) return before;
  const draft: Draft = { values: new Map(before.values), unknown: new Map(before.unknown) };
  for (const name of remove) {
    draft.values.delete(lowerAscii(name));
    draft.unknown.delete(lowerAscii(name));
  }
  const left: RequestHeaders = { values: new Map(draft.values), unknown: new Map(draft.unknown) };
  const writes = add.flatMap((option) => writeOf(option, left, substitute) ?? []);
  for (const write of writes.filter(({ overwrites }) => overwrites)) overwrite(draft, write);
  for (const write of writes.filter(({ overwrites }) => !overwrites)) append(draft, write, side);
  return draft;
}

/** What an option writes, given the headers that the level's removals leave; undefined where it writes nothing. */
function writeOf(option: HeaderValueOption, headers: RequestHeaders, substitute: SubstituteFormat): Write | undefined {
  const name = lowerAscii(option.header?.key ?? "");
  const value = substitute(option.header?.value ?? "", headers);
  const keepsEmpty = option.keep_empty_value === true;
  if (value === "" && !keepsEmpty) return undefined;
  const action = actionOf(option);
  const open = headers.unknown.get(name);
  const there = headers.values.has(name) || open?.presence === "present";
  if (action === "add-if-absent" && there) return undefined;
  if (action === "overwrite-if-exists" && !there && open === undefined) return undefined;
  const overwrites = action === "overwrite" || action === "overwrite-if-exists";
  const conditional =
    action === "unknown" || (!there && open !== undefined && (action === "add-if-absent" || action === "overwrite-if-exists"));
  if (conditional) return { name, value: typeof value === "string" ? unsure(name) : value, overwrites, sure: false };
  return { name, value, overwrites, sure: typeof value === "string" || keepsEmpty };
}

const unsure = (name: string): Unknown => ({
  because: `whether header ${name} is set depends on what is not known`,
  decidedBy: "the running proxy",
});

/** The deprecated `append`, where it is set, goes before `append_action`. */
function actionOf({ append: appends, append_action: action }: HeaderValueOption): Action {
  if (appends !== undefined) return appends ? "add" : "overwrite";
  switch (action ?? "APPEND_IF_EXISTS_OR_ADD") {
    case "APPEND_IF_EXISTS_OR_ADD":
      return "add";
    case "ADD_IF_ABSENT":
      return "add-if-absent";
    case "OVERWRITE_IF_EXISTS_OR_ADD":
      return "overwrite";
    case "OVERWRITE_IF_EXISTS":
      return "overwrite-if-exists";
    default:
      return "unknown";
  }
}

function overwrite(draft: Draft, write: Write): void {
  if (typeof write.value !== "string") {
    leaveOpen(draft, write, write.value);
    return;
  }
  draft.values.set(write.name, [write.value]);
  draft.unknown.delete(write.name);
}

/** Adds a line; one of a header that Envoy keeps in a single slot is joined to the value there. */
function append(draft: Draft, write: Write, side: HeaderSide): void {
  const { name, value } = write;
  const open = typeof value === "string" ? draft.unknown.get(name) : value;
  if (open !== undefined || typeof value !== "string") {
    if (open !== undefined) leaveOpen(draft, write, open);
    return;
  }
  const values = draft.values.get(name) ?? [];
  draft.values.set(name, isJoined(side, name) ? [[...values, value].filter((text) => text !== "").join(",")] : [...values, value]);
}

function leaveOpen({ values, unknown }: Draft, { name, sure }: Write, { because, decidedBy }: Unknown): void {
  const there = values.has(name) || unknown.get(name)?.presence === "present";
  unknown.set(name, { because, decidedBy, presence: sure || there ? "present" : "unknown" });
  values.delete(name);
}
