import type { Resource, ResourceState } from "../model/snapshot.js";

/** How a resource stands in its proxy: the columns that every list ends with. */
export interface ListedState {
  readonly state: ResourceState;
  /** Why Envoy refused the resource, or, beside a state that serves, the newest update of it. */
  readonly failure: string | null;
  readonly versionInfo: string | null;
  /** RFC 3339, as the file has it. */
  readonly lastUpdated: string | null;
}

/** The state of a resource, as lists show it. */
export function listState({ state, failure, versionInfo, lastUpdated }: Resource): ListedState {
  return { state, failure: failure === null ? null : failure.details, versionInfo, lastUpdated };
}
