/**
 * The largest whole number from `from` to `to` for which `holds`, found by bisection; 0 where it does not hold for
 * `from`. `holds` must be true up to some number and false from there on.
 */
export function largestThat(
  [from, to]: readonly [from: number, to: number],
  holds: (value: number) => boolean,
): number {
  if (!holds(from)) return 0;
  let good = from;
  let bad = to + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
