import type { QueryAnswer } from "../../query/query-snapshot.js";

export const queryFormats = ["ndjson", "json"] as const;
export type QueryFormat = (typeof queryFormats)[number];

/** What a query found: a value a line (with `at`, an object of pointer and value a line), or the whole answer. */
export const queryRenderers = {
  ndjson: ({ results }, { at }) => results.map((result) => `${JSON.stringify(at ? result : result.value)}\n`).join(""),
  json: (answer) => `${JSON.stringify(answer, null, 2)}\n`,
} satisfies Record<QueryFormat, (answer: QueryAnswer, options: { readonly at: boolean }) => string>;
