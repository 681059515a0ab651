/** A value in quotes, for a sentence. */
export function quote(value: string): string {
  return JSON.stringify(value);
}

/** A value in a list of criteria: bare when it can't be misread there, else in quotes. */
export function plain(value: string): string {
  return /^[!-+\--~]+$/.test(value) && !value.startsWith('"') ? value : JSON.stringify(value);
}

/** "a, b, c and 4 more": at most `most` of the values. */
export function listFew(values: readonly string[], most = 3): string {
  const rest = values.length - most;
  return values.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
