/** Optimal-string-alignment distance: edits, with a swap of neighbors counted as one. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const above = rows[i - 1]!;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

const fold = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The candidates that a misspelled `name` most likely means, nearest first, at most `limit`.
 * Case, punctuation and a leading `source/` are forgiven.
 */
export function nearest(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = fold(name.slice(0, 64));
  const scored = [...candidates].map((candidate) => {
    const whole = distance(wanted, fold(candidate));
    const tail = distance(wanted, fold(candidate.split('/').at(-1)!)) + 0.5;
    return { candidate, score: Math.min(whole, tail) };
  });
  const tolerance = Math.max(2, Math.floor(wanted.length / 3));
  return scored
    .filter(({ score }) => score <= tolerance)
    .sort((a, b) => a.score - b.score)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
