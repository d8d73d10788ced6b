/** What reads sequences has one axis beside the batch and the features. */
const SEQUENCES: readonly string[] = ['rnn', 'lstm', 'gru', 'multihead_attention'];

/** The spatial axes of a kind of one, two or three dimensions, by its name; undefined for a kind of any. */
export function rankOf(kind: string): number | undefined {
  const [, rank] = /([123])d$/.exec(kind) ?? [];
  if (SEQUENCES.includes(kind)) return 1;
  return rank === undefined ? undefined : Number(rank);
}
