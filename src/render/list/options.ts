/** How a list's tables are to look. */
export interface ListRenderOptions {
  /** All columns, instead of istioctl's own alone. */
  readonly verbose: boolean;
  /** A column of JSON pointers. */
  readonly at: boolean;
  /** Every domain of a virtual host, instead of the first and a count. */
  readonly all: boolean;
}
