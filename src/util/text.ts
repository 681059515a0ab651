/** Orders by code point: the same on every machine, whatever its locale. For `Array.prototype.sort`. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** "1 listener", "3 listeners"; an irregular plural is given. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** How many single-character edits lead from one text to the other. */
export function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The names most like a mistyped one, best first: those that contain it, then those within a third of its length in edits. */
export function nearestNames(wanted: string, names: Iterable<string>, most = 3): readonly string[] {
  const lowered = wanted.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const scored: { name: string; score: number }[] = [];
  for (const name of new Set(names)) {
    const candidate = name.toLowerCase();
    if (lowered !== "" && candidate.includes(lowered)) scored.push({ name, score: 0 });
    else if (Math.abs(candidate.length - lowered.length) <= limit) {
      const score = editDistance(lowered, candidate);
      if (score <= limit) scored.push({ name, score });
    }
  }
  return scored
    .sort((a, b) => a.score - b.score || byCodePoint(a.name, b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** `; did you mean RANDOM?`, for the end of a message about a mistyped name; "" where no name is like it. */
export function didYouMean(wanted: string, names: Iterable<string>): string {
  const [meant] = nearestNames(wanted, names, 1);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
