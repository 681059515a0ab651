import type { Request, RequestHttp } from "../model/request.js";
import { isRequestTarget } from "./first-bytes.js";

const name = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const startLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]+([\x21-\x7e]+)(?:[ \t]+HTTP\/(\d\.\d))?[ \t]*$/;

/**
 * The HTTP/1 request that a payload spells, where it is one as a whole: what the bytes are decides, not the name under which a
 * request gives them. As Envoy's codec reads it: line breaks before it count for nothing, every version but 1.1 is taken for 1.0, and one
 * without a version is over with its first line. undefined for any other payload.
 */
export function httpInPayload(request: Request): RequestHttp | undefined {
  if (request.payload === undefined || request.http !== undefined || request.tls !== undefined) return undefined;
  const text = request.payload.replace(/^[\r\n]+/, "");
  const [firstLine = "", ...later] = text.split(/\r?\n/);
  const start = startLine.exec(firstLine);
  if (start === null || later.length === 0 || !isRequestTarget(start[1] ?? "", start[2] ?? "")) return undefined;
  const end = later.indexOf("");
  if (start[3] !== undefined && (end < 0 || end === later.length - 1)) return undefined;
  const fields = start[3] === undefined ? [] : unfolded(later.slice(0, end));
  const headers = new Map<string, string[]>();
  for (const field of fields) {
    const colon = field.indexOf(":");
    const key = field.slice(0, Math.max(0, colon)).toLowerCase();
    if (!name.test(key)) return undefined;
    headers.set(key, [...(headers.get(key) ?? []), field.slice(colon + 1).trim()]);
  }
  const [, method = "", path = "", version] = start;
  const authority = method === "CONNECT" ? path : headers.get("host")?.join(",");
  headers.delete("host");
  return {
    version: version === "1.1" ? "http/1.1" : "http/1.0",
    method,
    ...(authority === undefined ? {} : { authority }),
    ...(method === "CONNECT" ? {} : { path }),
    headers: Object.fromEntries(headers),
  };
}

/** A line that begins with a blank goes on with the one before it. */
function unfolded(lines: readonly string[]): readonly string[] {
  const fields: string[] = [];
  for (const line of lines) {
    const last = fields.pop();
    if (last !== undefined && /^[ \t]/.test(line)) fields.push(`${last} ${line.trim()}`);
    else fields.push(...(last === undefined ? [] : [last]), line);
  }
  return fields;
}
