/** The lists by their names, each with istioctl's other names for it, in the order of the help. */
export const listNames = {
  listeners: ["listener", "l"],
  routes: ["route", "r"],
  clusters: ["cluster", "c"],
  endpoints: ["endpoint", "ep"],
  secrets: ["secret", "s"],
  bootstrap: ["b"],
  ecds: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ListName = keyof typeof listNames;
