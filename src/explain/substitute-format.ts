import { firstHeaderValue, type RequestHeaders, unknownHeader } from "../match/request-headers.js";
import type { Unknown } from "../match/verdict.js";

/** What the operators of a format string stand for at one moment of a request. */
export interface SubstitutionContext {
  readonly request: RequestHeaders;
  /** Missing until there is a response: its headers count as absent then. */
  readonly response?: RequestHeaders;
  /** Values of the operators without arguments, `PROTOCOL` and the like; one that is not here is not known offline. */
  readonly operators: ReadonlyMap<string, string | Unknown>;
  /** What a header that is absent is written as: nothing, but for a rewritten host, where it is a dash. */
  readonly absent: "" | "-";
}

/**
 * The text of a format string with Envoy's command operators: `%%` is a percent sign, and a header that came several times stands for
 * its first value. The first operator that can't be known makes the whole text unknown.
 */
export function substituteFormat(format: string, context: SubstitutionContext): string | Unknown {
  let text = "";
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf("%", at);
    if (percent < 0) return text + format.slice(at);
    text += format.slice(at, percent);
    operator.lastIndex = percent;
    const found = operator.exec(format);
    if (found === null) return { because: `the format "${format}" is not understood from its character ${percent}`, decidedBy: "Envoy" };
    const value = operatorValue(found, context);
    if (typeof value !== "string") return value;
    text += value;
    at = operator.lastIndex;
  }
  return text;
}

/** An operator at the place where the search begins: `%%`, `%NAME%`, `%NAME(argument)%`, each with a length behind a colon. */
const operator = /%(?:%|([A-Z][A-Z0-9_]*)(?:\(([^)]*)\))?(?::(\d{1,9}))?%)/y;

function operatorValue([whole, name, argument, length]: RegExpExecArray, context: SubstitutionContext): string | Unknown {
  if (name === undefined) return "%";
  const value = argument === undefined ? plainOperator(name, context) : headerOperator(name, argument, context);
  if (value === undefined) return { because: `${whole} is not known offline`, decidedBy: "the running proxy" };
  return typeof value !== "string" || length === undefined ? value : value.slice(0, Number(length));
}

/** An operator whose value is empty has none: no SNI, a route without a name. */
function plainOperator(name: string, context: SubstitutionContext): string | Unknown | undefined {
  const value = context.operators.get(name);
  return value === "" ? context.absent : value;
}

function headerOperator(name: string, argument: string, context: SubstitutionContext): string | Unknown | undefined {
  if (name === "REQ" || name === "REQUEST_HEADER") return headerValue(context.request, argument) ?? context.absent;
  if (name !== "RESP" && name !== "RESPONSE_HEADER") return undefined;
  return (context.response === undefined ? undefined : headerValue(context.response, argument)) ?? context.absent;
}

/** `name?other`: the other header is asked where the first is absent, not where it is empty. */
function headerValue(headers: RequestHeaders, argument: string): string | Unknown | undefined {
  for (const name of argument.split("?", 2)) {
    const open = unknownHeader(headers, name);
    if (open !== undefined) return open;
    const value = firstHeaderValue(headers, name);
    if (value !== undefined) return value;
  }
  return undefined;
}
