/**
 * The largest whole number from `from` to `to` whose `measure` is at most `limit`; 0 where that of `from` is above it.
 * `measure` must not fall. Where it grows evenly a guess along the line between the ends hits in two or three calls;
 * where guesses do not halve what is left, bisection does. Values that are `known` cost nothing to measure again: the
 * search begins between the nearest of them.
 */
export function largestWithin(
  [from, to]: readonly [from: number, to: number],
  limit: number,
  measure: (value: number) => number,
  known: Iterable<number> = [],
): number {
  let good = { value: from, measured: measure(from) };
  if (good.measured > limit) return 0;
  let bad = { value: to, measured: measure(to) };
  if (bad.measured <= limit) return to;
  for (const value of known) {
    if (value <= good.value || value >= bad.value) continue;
    const tried = { value, measured: measure(value) };
    if (tried.measured > limit) bad = tried;
    else good = tried;
  }
  let halve = false;
  while (bad.value - good.value > 1) {
    const left = bad.value - good.value;
    const slope = (bad.measured - good.measured) / left;
    const guess = halve ? Math.floor(left / 2) : Math.floor((limit - good.measured) / slope);
    const value = good.value + Math.min(Math.max(guess, 1), left - 1);
    const tried = { value, measured: measure(value) };
    if (tried.measured > limit) {
      bad = tried;
    } else {
      good = tried;
      // A guess along the line is often the answer itself: what follows it tells.
      const next = { value: value + 1, measured: measure(value + 1) };
      if (next.measured > limit) return value;
      good = next;
    }
    halve = bad.value - good.value > left / 2;
  }
  return good.value;
}
