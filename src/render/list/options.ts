/** How a list's tables are to look. */
export interface ListRenderOptions {
  /** All columns, instead of istioctl's own alone. */
  readonly verbose: boolean;
  /** A column of JSON pointers. */
  readonly at: boolean;
}
