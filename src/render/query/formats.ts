import type { QueryAnswer } from "../../query/query-snapshot.js";
import { withinStack } from "../../query/within-stack.js";

export const queryFormats = ["ndjson", "json"] as const;
export type QueryFormat = (typeof queryFormats)[number];

/** What a query found: a value a line (with `at`, an object of pointer and value a line), or the whole answer. */
export const queryRenderers = {
  ndjson: ({ query, results }, { at }) =>
    withinStack(() => results.map((result) => `${JSON.stringify(at ? result : result.value)}\n`).join(""), refusal(query)),
  json: (answer) => withinStack(() => `${JSON.stringify(answer, null, 2)}\n`, refusal(answer.query)),
} satisfies Record<QueryFormat, (answer: QueryAnswer, options: { readonly at: boolean }) => string>;

const refusal = (query: string): string => `what is at ${query} nests too deep to be printed; ask for a part of it`;
