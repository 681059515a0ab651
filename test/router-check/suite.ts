import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { HeaderMatcher } from "../../src/generated/messages.js";
import type { JsonObject } from "../../src/util/json.js";

/** What the route table check tool asks of a route configuration. */
export interface ToolInput {
  readonly authority: string;
  readonly path: string;
  readonly method: string;
  readonly ssl?: boolean;
  readonly internal?: boolean;
  readonly runtime?: string;
  readonly random_value?: number;
  readonly additional_request_headers?: readonly { readonly key: string; readonly value: string }[];
  readonly dynamic_metadata?: readonly {
    readonly metadata_namespace: string;
    readonly value: JsonObject;
    readonly allow_overwrite?: boolean;
  }[];
}

/** A HeaderMatcher as the suites write it: 64-bit numbers are JSON numbers. */
export type WrittenMatcher = Omit<HeaderMatcher, "range_match"> & {
  readonly range_match?: { readonly start?: number; readonly end?: number };
};

/** The assertions that the suites use; each only where it is there. */
export interface Assertions {
  readonly cluster_name?: string;
  readonly virtual_cluster_name?: string;
  readonly virtual_host_name?: string;
  readonly path_rewrite?: string;
  readonly host_rewrite?: string;
  readonly path_redirect?: string;
  readonly code_redirect?: number;
  readonly timeout?: string;
  readonly request_header_matches?: readonly WrittenMatcher[];
  readonly response_header_matches?: readonly WrittenMatcher[];
  readonly route_metadata?: readonly { readonly namespace: string; readonly key: string; readonly value: string }[];
}

export interface ToolTest {
  readonly name: string;
  readonly input: ToolInput;
  readonly validate: Assertions;
  readonly expectPass: boolean;
  /** The assertions that must fail, each beginning with its name; where `expectPass` is false. */
  readonly failingAsserts?: readonly string[];
}

export interface Suite {
  readonly suite: string;
  readonly routeConfig: JsonObject;
  readonly runtime?: JsonObject;
  /** Does Envoy 1.40.0 take the route configuration? */
  readonly loads: boolean;
  readonly tests: readonly ToolTest[];
}

const folder = fileURLToPath(new URL("../../../shared/cases/router_check", import.meta.url));

/** The suites where they are at hand; undefined in a clone without them. */
export function readSuites(): readonly Suite[] | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name): Suite => JSON.parse(readFileSync(`${folder}/${name}`, "utf8")));
}
