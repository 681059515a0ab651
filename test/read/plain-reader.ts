import { isJsonObject, type Json, type JsonObject, member } from "../../src/util/json.js";
import { pointTo } from "../../src/util/json-pointer.js";

/** A resource as it is found by parsing the whole dump. */
export interface PlainResource {
  readonly kind: string;
  readonly state: string;
  readonly name: string;
  readonly at: string;
  readonly entryAt: string;
  readonly versionInfo: string | null;
  readonly lastUpdated: string | null;
  readonly failure: string | null;
  readonly json: Json;
}

const sections: Readonly<Record<string, { readonly kind: string; readonly holds: string; readonly name: string }>> = {
  ClustersConfigDump: { kind: "cluster", holds: "cluster", name: "name" },
  EndpointsConfigDump: { kind: "endpoints", holds: "endpoint_config", name: "cluster_name" },
  ListenersConfigDump: { kind: "listener", holds: "listener", name: "name" },
  RoutesConfigDump: { kind: "route_configuration", holds: "route_config", name: "name" },
  SecretsConfigDump: { kind: "secret", holds: "secret", name: "name" },
  EcdsConfigDump: { kind: "extension", holds: "ecds_filter", name: "name" },
};

const camel = (field: string): string => field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A member under either spelling of a field, and the spelling; a null is as good as absent. */
function fieldOf(value: Json | undefined, field: string): { readonly key: string; readonly value: Json } | undefined {
  const key = Object.keys(isJsonObject(value) ? value : {}).findLast((candidate) => candidate === field || candidate === camel(field));
  const found = key === undefined ? undefined : member(value, key);
  return key === undefined || found === undefined || found === null ? undefined : { key, value: found };
}

function textOf(value: Json | undefined, field: string): string | null {
  const found = fieldOf(value, field)?.value;
  return typeof found === "string" ? found : null;
}

/**
 * The resources of a dump with `configs` by JSON.parse of its whole text: what reading by places is held to. Only what Envoy and istiod
 * print in every dump: no scoped routes, no mask.
 */
export function readPlainly(text: string): readonly PlainResource[] {
  const dump: Json = JSON.parse(text);
  const configs = member(dump, "configs");
  return (Array.isArray(configs) ? configs : []).flatMap((section: Json, index) => resourcesIn(section, pointTo("", "configs", index)));
}

function resourcesIn(section: Json, at: string): readonly PlainResource[] {
  const type = textOf(section, "@type")?.split(".").at(-1) ?? "";
  if (type === "BootstrapConfigDump") {
    const bootstrap = fieldOf(section, "bootstrap");
    return bootstrap === undefined
      ? []
      : [resource("bootstrap", "static", "", { at: pointTo(at, bootstrap.key), value: bootstrap.value }, section, at, section)];
  }
  const layout = Object.hasOwn(sections, type) ? sections[type] : undefined;
  if (layout === undefined || !isJsonObject(section)) return [];
  return Object.entries(section).flatMap(([key, entries]) =>
    (Array.isArray(entries) ? entries : []).flatMap((entry: Json, index) => {
      const entryAt = pointTo(at, key, index);
      const found: PlainResource[] = [];
      const add = (holder: Json, holderAt: string, field: string, state: string): void => {
        const held = fieldOf(holder, field);
        if (held === undefined && state !== "error") return;
        const place = held === undefined ? { at: holderAt, value: null } : { at: pointTo(holderAt, held.key), value: held.value };
        const name = textOf(held === undefined ? holder : held.value, layout.name) ?? textOf(entry, "name") ?? "";
        found.push(resource(layout.kind, state, name, place, holder, entryAt, entry));
      };
      add(entry, entryAt, layout.holds, stateOf(key));
      for (const state of ["active", "warming", "draining", "error"]) {
        const holder = fieldOf(entry, `${state}_state`);
        if (holder !== undefined) {
          add(holder.value, pointTo(entryAt, holder.key), state === "error" ? "failed_configuration" : layout.holds, state);
        }
      }
      return found;
    }),
  );
}

function stateOf(list: string): string {
  if (/^static/.test(list)) return "static";
  return /warming/i.test(list) ? "warming" : "active";
}

function resource(
  kind: string,
  state: string,
  name: string,
  { at, value }: { readonly at: string; readonly value: Json },
  holder: Json,
  entryAt: string,
  entry: Json,
): PlainResource {
  const error = fieldOf(entry, "error_state")?.value;
  return {
    kind,
    state,
    name,
    at,
    entryAt,
    versionInfo: textOf(holder, "version_info"),
    lastUpdated: textOf(holder, "last_updated"),
    failure: error === undefined ? (textOf(entry, "client_status") === "NACKED" ? "" : null) : (textOf(error, "details") ?? ""),
    json: value,
  };
}

/** The same value in other layouts: what a person's editor, `jq` or a shell makes of a dump. */
export const layouts: Readonly<Record<string, (value: Json) => string>> = {
  compact: (value) => JSON.stringify(value),
  "a blank a level": (value) => JSON.stringify(value, null, 1),
  tabs: (value) => JSON.stringify(value, null, "\t"),
  "CRLF, four blanks": (value) => JSON.stringify(value, null, 4).replaceAll("\n", "\r\n"),
  "no indentation": (value) => JSON.stringify(value, null, 1).replace(/\n +/g, "\n"),
  "indentation that changes half-way": (value) => {
    const text = JSON.stringify(value, null, 1);
    const half = text.indexOf("\n", text.length / 2);
    return text.slice(0, half) + text.slice(half).replace(/\n */g, (blanks) => (blanks.length % 2 === 0 ? "" : `\r\n\t${blanks}`));
  },
};

/** Members that a scanner could stumble over. */
export const hostile: JsonObject = {
  braces: '{"name":"no name"}, }]}] {[',
  quotes: 'a "quoted" text \\" and \\\\" more\\',
  "line\nbreak\t": "escaped \n line \r\n breaks \u2028 \u0000",
  'name":"x': { name: "inner", cluster_name: "inner", "": [[[]], {}], name2: null },
  names: ["name", "cluster_name", { name: ["name"] }],
  long: "x".repeat(70_000),
  unicode: "caf\u00e9 \ud83d\ude00 \ud800",
  deep: nested(300),
};

function nested(depth: number): Json {
  let value: Json = "name";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { name: value };
  return value;
}
