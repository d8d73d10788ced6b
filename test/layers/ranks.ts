/** The spatial axes of a kind of one, two or three dimensions, by its name; undefined for a kind of any. */
export function rankOf(kind: string): number | undefined {
  const [, rank] = /([123])d$/.exec(kind) ?? [];
  return rank === undefined ? undefined : Number(rank);
}
