/** The exit statuses of the command; docs/output-format.md lists them. */
export const exitCode = {
  /** Done; nothing differs, nothing failed. */
  done: 0,
  /** Done; there are differences, or something failed. */
  differs: 1,
  /** Could not do it: bad arguments, unreadable input. */
  refused: 2,
  /** A bug of xdsight. */
  bug: 70,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
