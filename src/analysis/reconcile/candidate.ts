import type { Term } from '../conventions/counting.ts';

/** One addend of a sum. */
export interface Line {
  /** Path of the layer, or the part of the memory. */
  readonly path: string;
  readonly kind: string;
  readonly terms: readonly Term[];
  readonly count: number;
}

/** A sum that might be the number. */
export interface Candidate {
  /** Conventions that all give this sum; empty for memory. */
  readonly conventions: readonly string[];
  /** What it is a number of: `MACs`, `Total params`, `peak of training`. */
  readonly calls: string;
  /** How it deviates from the network as it is and the default, in words. */
  readonly deviations: readonly string[];
  /** How far fetched it is: the number of deviations, roughly. */
  readonly cost: number;
  readonly lines: readonly Line[];
  /** Leaving out or doubling one line makes sense. */
  readonly linesVary: boolean;
  /** Layers that count the same as the one line. */
  readonly alike?: readonly string[];
  /** The tool added the lines in float32. */
  readonly float32?: true;
}

/** One line that is not counted as it should be. */
export interface Change {
  readonly path: string;
  readonly times: 0 | 2;
}

export const totalOf = ({ lines }: Pick<Candidate, 'lines'>): number =>
  lines.reduce((total, { count }) => total + count, 0);

/** Beyond this many layers a network is searched less widely, so that the search stays bounded. */
export const MANY_LAYERS = 2000;

/** The sum as float32 has it, each line and each partial sum rounded. */
export const float32Total = (lines: readonly Pick<Line, 'count'>[]): number =>
  lines.reduce((total, { count }) => Math.fround(total + Math.fround(count)), 0);

/** A line from its terms; undefined for one that counts nothing. */
export function lineOf(path: string, kind: string, terms: readonly Term[]): Line | undefined {
  const count = terms.reduce((total, term) => total + term.count, 0);
  return count === 0 ? undefined : { path, kind, terms, count };
}
