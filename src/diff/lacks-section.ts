import type { SectionName, Snapshot } from "../model/snapshot.js";

/** Does the dump not tell what is in a section? istiod prints a bootstrap section with nothing in it. */
export const lacksSection = (snapshot: Snapshot, section: SectionName): boolean =>
  section === "bootstrap" ? snapshot.resources("bootstrap").length === 0 : snapshot.missingSections.includes(section);
