import type { Request, RequestHttp } from "../model/request.js";

/**
 * The HTTP/1 request that a payload spells, where it is one as a whole: what the bytes are decides, not the name under which a
 * request gives them. undefined for any other payload.
 */
export function httpInPayload(request: Request): RequestHttp | undefined {
  if (request.payload === undefined || request.http !== undefined || request.tls !== undefined) return undefined;
  const [head, ...rest] = request.payload.split(/\r?\n\r?\n/);
  if (head === undefined || rest.length === 0) return undefined;
  const [line = "", ...fields] = head.split(/\r?\n/);
  const start = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/(1\.[01])$/.exec(line);
  if (start === null) return undefined;
  const headers = new Map<string, string[]>();
  for (const field of fields) {
    const colon = field.indexOf(":");
    if (colon <= 0) return undefined;
    const name = field.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), field.slice(colon + 1).trim()]);
  }
  const authority = headers.get("host")?.join(",");
  headers.delete("host");
  const [, method = "", path = "", version] = start;
  return {
    version: version === "1.0" ? "http/1.0" : "http/1.1",
    method,
    ...(authority === undefined ? {} : { authority }),
    ...(method === "CONNECT" ? {} : { path }),
    headers: Object.fromEntries(headers),
  };
}
