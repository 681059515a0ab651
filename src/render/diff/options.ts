import type { RenderOptions } from "../options.js";

/** How a diff is to look. */
export interface DiffRenderOptions extends RenderOptions {
  /** Each change as a unified diff of its values, as Git shows changes. */
  readonly unified?: boolean;
}
