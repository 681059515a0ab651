/** What was asked for makes no sense. Its message is the one line that a person gets: what, where, what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
