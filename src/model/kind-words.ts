import type { ResourceKind } from "./snapshot.js";

/** What people call the kinds of resources; the first word is the one that help names. istioctl's aliases are among them. */
const wordsOfKinds = {
  listener: ["listener", "listeners", "l"],
  route_configuration: ["route", "routes", "r", "route_configuration"],
  cluster: ["cluster", "clusters", "c"],
  endpoints: ["endpoint", "endpoints", "ep"],
  secret: ["secret", "secrets", "s"],
  bootstrap: ["bootstrap", "b"],
  extension: ["ecds", "extension"],
  scoped_route: ["scoped-route", "scoped-routes", "scoped_route"],
} as const satisfies Record<ResourceKind, readonly string[]>;

const kinds = new Map<string, ResourceKind>(
  Object.entries(wordsOfKinds).flatMap(([kind, words]) => words.flatMap((word) => (isKind(kind) ? [[word, kind] as const] : []))),
);

function isKind(text: string): text is ResourceKind {
  return Object.hasOwn(wordsOfKinds, text);
}

/** Every word for a kind of resource. */
export const kindWords: readonly string[] = [...kinds.keys()];

/** One word for each kind, for help. */
export const kindNames: readonly string[] = Object.values(wordsOfKinds).map(([name]) => name);

/** The kind of resource that a word names. */
export const kindOfWord = (word: string): ResourceKind | undefined => kinds.get(word);
