import { sum } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import { causeWords } from './cause.ts';
import type { CountingConvention, QuantityName, Term } from './counting.ts';

/** A term with its cause in words. */
export type WrittenTerm = Omit<Term, 'cause'> & { readonly cause: string };

/** One layer's part of a tally. */
export interface TallyLine {
  readonly path: string;
  readonly kind: string;
  readonly count: number;
  readonly terms: readonly WrittenTerm[];
}

/** A quantity of a network as a convention counts it. */
export interface Tally {
  readonly convention: string;
  readonly quantity: QuantityName;
  /** What the tool calls it. */
  readonly calls: string;
  readonly total: number;
  /** Layers that count something, in the order of the network. */
  readonly lines: readonly TallyLine[];
}

/** Counts the layers by one rule; undefined where the convention has no such number. */
export function tally(
  layers: readonly LayerFacts[],
  convention: CountingConvention,
  quantity: QuantityName,
): Tally | undefined {
  const measure = convention[quantity];
  if (!measure) return undefined;
  const terms = measure.rule(layers);
  const lines = layers
    .map(({ path, kind }, i) => ({
      path,
      kind,
      count: sum(terms[i]!.map(({ count }) => count)),
      terms: terms[i]!.map(written),
    }))
    .filter(({ terms }) => terms.length > 0);
  const total = sum(
    lines.map(({ count }) => count),
    `the ${measure.calls} of ${convention.name}`,
  );
  return { convention: convention.name, quantity, calls: measure.calls, total, lines };
}

export const written = (term: Term): WrittenTerm => ({ ...term, cause: causeWords(term.cause) });

/** What the terms of each cause add up to, in the order in which they first appear. */
export function byCause(lines: readonly Pick<TallyLine, 'terms'>[]): ReadonlyMap<string, number> {
  const causes = new Map<string, number>();
  for (const { terms } of lines)
    for (const { cause, count } of terms) causes.set(cause, sum([causes.get(cause) ?? 0, count]));
  return causes;
}
