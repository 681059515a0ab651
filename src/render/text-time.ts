/** An RFC 3339 time without its fraction of a second. */
export const shortTime = (time: string): string => time.replace(/\.\d+(?=Z|[+-])/, "");

const units = [
  ["year", 365 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** How long it is from one time to another, in the largest unit of which there are two: "23 hours", "12 years". Never negative. */
export function describeSpan(from: string, to: string): string {
  const seconds = Math.abs(Date.parse(to) - Date.parse(from)) / 1000;
  for (const [unit, length] of units) if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${unit}s`;
  return `${Math.floor(seconds)} seconds`;
}
