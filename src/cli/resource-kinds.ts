import { nearestNames, type ResourceKind, UsageError } from "../index.js";

/** What people call the kinds of resources; the first word is the one that help names. istioctl's aliases are among them. */
const wordsOfKinds = {
  listener: ["listener", "listeners", "l"],
  route_configuration: ["route", "routes", "r"],
  cluster: ["cluster", "clusters", "c"],
  endpoints: ["endpoint", "endpoints", "ep"],
  secret: ["secret", "secrets", "s"],
  bootstrap: ["bootstrap", "b"],
  extension: ["ecds"],
  scoped_route: ["scoped-route", "scoped-routes"],
} as const satisfies Record<ResourceKind, readonly string[]>;

const kinds = new Map<string, ResourceKind>(
  Object.entries(wordsOfKinds).flatMap(([kind, words]) => words.flatMap((word) => (isKind(kind) ? [[word, kind] as const] : []))),
);

function isKind(text: string): text is ResourceKind {
  return Object.hasOwn(wordsOfKinds, text);
}

/** `listener, route, cluster …`, for the help. */
export const kindNames: string = Object.values(wordsOfKinds)
  .map(([name]) => name)
  .join(", ");

/** The kind that a word on the command line names. */
export function parseKind(word: string): ResourceKind {
  const kind = kinds.get(word);
  if (kind !== undefined) return kind;
  const [nearest] = nearestNames(word, kinds.keys());
  throw new UsageError(
    `'${word}' is no kind of resource${nearest === undefined ? "" : ` (did you mean ${nearest}?)`}; there are ${kindNames}`,
  );
}
