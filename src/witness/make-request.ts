import type { Request, RequestHttp } from "../model/request.js";
import { readDimension } from "./criterion.js";
import type { Assignment } from "./find-request.js";

/** The request with the values of an assignment; it must be an HTTP request. What the assignment does not name stays as it is. */
export function makeRequest(base: Request, assignment: Assignment): Request {
  const { http } = base;
  if (http === undefined) return base;
  let { method, authority, path } = http;
  const headers = new Map(Object.entries(http.headers));
  const query: string[] = [];
  const cookies: string[] = [];
  let { random } = base;
  for (const [dimension, shown] of assignment) {
    const { kind, name } = readDimension(dimension);
    const [first] = shown;
    if (kind === "path") path = first;
    else if (kind === "random" && first !== undefined) random = Number(first);
    else if (kind === "query" && first !== undefined) query.push(first === "" ? name : `${name}=${first}`);
    else if (kind === "cookie" && first !== undefined) cookies.push(`${name}=${first}`);
    else if (kind === "header") {
      if (name === ":method") method = first ?? method;
      else if (name === ":authority") authority = first ?? authority;
      else if (name === ":path") path = first ?? path;
      else if (!name.startsWith(":")) {
        if (shown.length > 0) headers.set(name, shown);
        else headers.delete(name);
      }
    }
  }
  if (cookies.length > 0) headers.set("cookie", [cookies.join("; ")]);
  const target =
    path === undefined ? {} : { path: query.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${query.join("&")}` };
  const { path: _, ...rest } = http;
  const made: RequestHttp = {
    ...rest,
    ...target,
    method: path === undefined ? "CONNECT" : method,
    ...(authority === undefined ? {} : { authority }),
    headers: Object.fromEntries(headers),
  };
  return { ...base, http: made, ...(random === undefined ? {} : { random }) };
}
