/** Statistics of compared rows (`predict.mjs`). */

/** The value below which this part of the values lies, between two neighbors in proportion. */
export function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

const median = (values) => quantile(values, 0.5);

const errorsOf = (rows, predicted) => rows.map((row) => Math.abs(predicted(row) / row.measured - 1));

/** `{rows, median, ninety, worst}`: absolute relative errors of what `predicted` tells of rows. */
export function accuracy(rows, predicted) {
  const errors = errorsOf(rows, predicted);
  return {
    rows: rows.length,
    median: median(errors),
    ninety: quantile(errors, 0.9),
    worst: Math.max(...errors),
  };
}

/** How many of the rows lie from `low` to `high`, and how wide that is against what was measured. */
export const coverage = (rows) => ({
  inside: rows.filter(({ low, high, measured }) => low <= measured && measured <= high).length / rows.length,
  width: median(rows.map(({ low, high, measured }) => (high - low) / measured)),
});

/** A rule times the one factor that suits these rows best: what a single efficiency for everything gives. */
export function withOneFactor(rows) {
  const factor = median(rows.map(({ measured, bound }) => measured / bound));
  return accuracy(rows, ({ bound }) => factor * bound);
}

/** Rows that count: neither ran out of memory nor are known as outliers. */
export const counted = (rows) => rows.filter(({ flag }) => flag === undefined);

/** Rows by what `key` tells of each, in the order in which they begin. */
export function groupBy(rows, key) {
  const groups = new Map();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
