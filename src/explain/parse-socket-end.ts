import type { SocketEnd } from "../model/request.js";

/** Parses "10.0.0.1:80", "[fd00::1]:80", "reviews:9080"; undefined for anything else. */
export function parseSocketEnd(text: string, defaultPort?: number): SocketEnd | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text);
  const ip = parts?.[1] ?? parts?.[2];
  const port = parts?.[3] === undefined ? defaultPort : Number(parts[3]);
  return ip === undefined || port === undefined || port > 65_535 ? undefined : { ip, port };
}
