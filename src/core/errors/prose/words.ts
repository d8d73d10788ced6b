import { literal } from '../../literal.ts';

/** The words of one error: what is wrong, and how to fix it. */
export type Entry<A> = (args: A) => { message: string; hint?: string | undefined };
export type Pair = readonly [number, number];

export const entry = <A>(entry: Entry<A>) => entry;

/** Words that need no arguments. */
export const fixed =
  (words: ReturnType<Entry<object>>): Entry<object> =>
  () =>
    words;

/** `3×5`: the sizes along the spatial axes. */
export const size = (sides: readonly number[]) => sides.join('×');

/** What a kind of so many spatial axes takes. */
export const layout = (rank: 1 | 2 | 3) => ({ 1: 'N×C×L', 2: 'N×C×H×W', 3: 'N×C×D×H×W' })[rank];

export const didYouMean = (nearest: readonly string[]) =>
  nearest.length === 0 ? undefined : `did you mean ${nearest.join(', ')}?`;

export const quote = (value: unknown) => {
  const text = literal(value);
  return `'${text.length > 60 ? `${text.slice(0, 57)}...` : text}'`;
};

/** A sentence with a name from a file in it, which may be of any length. */
export const brief = (text: string) => (text.length > 200 ? `${text.slice(0, 197)}...` : text);

/** Words in quotes, the rest bare. */
export const bare = (value: unknown) =>
  typeof value === 'string' ? quote(value) : quote(value).slice(1, -1);
