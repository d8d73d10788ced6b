import { byCause, written } from '../conventions/count.ts';
import { MANY_LAYERS } from './candidate.ts';
import { countCandidates, type CountedQuantity, type NetworkVariant } from './counts.ts';
import { memoryCandidates, type MemoryVariant } from './memory.ts';
import { readings } from './reading.ts';
import { leftOut, search, type Match } from './search.ts';

export const reconcilable = ['params', 'macs', 'flops', 'memory'] as const;
export type Reconcilable = (typeof reconcilable)[number];

/** What is searched: the networks, and which of their numbers. */
export type Space =
  | { readonly what: CountedQuantity; readonly variants: readonly NetworkVariant[] }
  | { readonly what: 'memory'; readonly variants: readonly MemoryVariant[] };

/** One way in which the number comes about. */
export interface Explanation {
  /** Conventions that count so; empty for memory, which has one model. */
  readonly conventions: readonly string[];
  /** What the number is one of: `MACs`, `Total params`, `peak of a training step`. */
  readonly calls: string;
  /** In words; empty where nothing deviates from the network as given. */
  readonly deviations: readonly string[];
  /** Other layers that count the same as the one that is counted. */
  readonly alike?: readonly string[];
  /** How the printed number was rounded; empty for an exact one. */
  readonly rounding: string;
  readonly total: number;
  /** Total minus the number; 0 for one that explains it. */
  readonly difference: number;
  /** The smaller the simpler. */
  readonly cost: number;
  /** The sum, layer by layer. */
  readonly lines: readonly ExplainedLine[];
  /** The sum, cause by cause. */
  readonly causes: readonly { readonly cause: string; readonly count: number }[];
}

export interface ExplainedLine {
  readonly path: string;
  readonly kind: string;
  /** What it counts: the counts of all lines add up to the total. */
  readonly count: number;
  /** Sizes of the weights, as `64×3×3×3 + 64`; empty where it counts something else. */
  readonly weights: string;
  /** A layer that is not counted as it should be. */
  readonly change?: 'left out' | 'counted twice';
  /** What it would count. */
  readonly unchanged?: number;
  /** What it would count in networks that come to the same sum without it: `1728` with `3 input channels`. */
  readonly otherwise?: readonly { readonly count: number; readonly deviations: readonly string[] }[];
}

export interface Reconciliation {
  readonly schemaVersion: 1;
  readonly model: string;
  readonly what: Reconcilable;
  /** As it was given. */
  readonly number: string;
  /** Sums tried. */
  readonly tried: number;
  /** Not every combination was tried, because the network has so many layers. */
  readonly narrowed: boolean;
  /** Simplest first; empty where nothing gives the number. */
  readonly explanations: readonly Explanation[];
  /** What comes nearest, where nothing gives the number. */
  readonly nearest: readonly Explanation[];
}

/** Which way of counting gives this number? Pure. Throws `bad-printed-number`. */
export function reconcile(model: string, number: string, space: Space): Reconciliation {
  const { what } = space;
  const candidates =
    space.what === 'memory' ? memoryCandidates(space.variants) : countCandidates(space.variants, space.what);
  const { hits, nearest, tried } = search(candidates, readings(number));
  return {
    schemaVersion: 1,
    model,
    what,
    number,
    tried,
    narrowed: space.variants.some(({ layers }) => layers.length > MANY_LAYERS),
    explanations: hits.map(explained),
    nearest: nearest.map(explained),
  };
}

/** What a sum in float32 loses or gains. */
const FLOAT32 = 'float32 rounding';

function explained(match: Match): Explanation {
  const { candidate, change, total, drift, reading, difference, cost } = match;
  const { conventions, calls, deviations, alike } = candidate;
  const counted = candidate.lines.map(({ path, kind, count, terms }): ExplainedLine => {
    const weights = terms
      .flatMap(({ shape }) => (shape && shape.length > 0 ? [shape.join('×')] : []))
      .join(' + ');
    if (path !== change?.path) return { path, kind, count, weights };
    const { times } = change;
    return {
      path,
      kind,
      count: times * count,
      weights,
      change: times === 0 ? 'left out' : 'counted twice',
      unchanged: count,
      ...(match.alternatives.length > 0 && { otherwise: otherwise(match) }),
    };
  });
  const drifted: ExplainedLine = { path: FLOAT32, kind: 'rounding', count: drift, weights: '' };
  const lines: readonly ExplainedLine[] = drift === 0 ? counted : [...counted, drifted];
  const terms = candidate.lines.flatMap((line) =>
    Array.from({ length: line.path === change?.path ? change.times : 1 }, () => ({
      terms: line.terms.map(written),
    })),
  );
  const changed = lines.find((line) => line.change !== undefined);
  const words = [
    ...(changed ? [`${changed.path} ${changed.change}`] : []),
    ...(drift === 0 ? [] : ['added in float32 as that tool does']),
  ];
  return {
    conventions,
    calls,
    deviations: [...deviations, ...words],
    ...(alike && { alike }),
    rounding: reading.words,
    total,
    difference,
    cost,
    lines,
    causes: [...byCause(terms)]
      .map(([cause, count]) => ({ cause, count }))
      .concat(drift === 0 ? [] : [{ cause: FLOAT32, count: drift }]),
  };
}

/** What the same layer counts in the alternatives, and how they differ from the network as given. */
function otherwise({ candidate, change, alternatives }: Match) {
  return alternatives.map((other) => ({
    count: leftOut(other, change),
    deviations: other.deviations.filter((words) => !candidate.deviations.includes(words)),
  }));
}
