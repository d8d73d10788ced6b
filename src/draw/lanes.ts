/** A stretch that a line covers beside what it passes. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A lane for each stretch, 0 the nearest, so that none meet in the same one; short stretches lie nearest. */
export function lanes(stretches: readonly Stretch[]): {
  readonly lane: readonly number[];
  readonly count: number;
} {
  const taken: Stretch[][] = [];
  const lane = stretches.map(() => 0);
  const shortFirst = [...stretches.keys()].sort(
    (a, b) => lengthOf(stretches[a]!) - lengthOf(stretches[b]!) || a - b,
  );
  for (const i of shortFirst) {
    const own = stretches[i]!;
    let at = taken.findIndex((others) => others.every(({ from, to }) => to < own.from || from > own.to));
    if (at === -1) at = taken.push([]) - 1;
    taken[at]!.push(own);
    lane[i] = at;
  }
  return { lane, count: taken.length };
}

const lengthOf = ({ from, to }: Stretch) => to - from;
