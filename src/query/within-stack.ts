import { UsageError } from "../model/usage-error.js";

/**
 * What a recursive computation over foreign JSON yields; files may nest deeper than any stack reaches.
 *
 * @throws UsageError with the refusal where the stack, or the longest possible text, does not suffice
 */
export function withinStack<Value>(compute: () => Value, refusal: string): Value {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(refusal);
    throw error;
  }
}
