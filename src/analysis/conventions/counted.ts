import { tally, type Tally } from './count.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import { quantities, type CountingConvention, type QuantityName } from './counting.ts';

/** A network counted by one convention. The totals are under the quantities' names, with their tallies below. */
export interface Counted extends Readonly<Partial<Record<QuantityName, number>>> {
  readonly convention: string;
  readonly source: string;
  readonly tallies: readonly (Tally & {
    /** The rule in words. */
    readonly counts: string;
  })[];
}

/** Every number that the convention has. Throws `too-large` where one passes 2^53. */
export function countBy(layers: readonly LayerFacts[], convention: CountingConvention): Counted {
  const tallies = quantities.flatMap((quantity) => {
    const counted = tally(layers, convention, quantity);
    return counted ? [{ ...counted, counts: convention[quantity]!.counts }] : [];
  });
  const totals = Object.fromEntries(tallies.map(({ quantity, total }) => [quantity, total]));
  return { convention: convention.name, source: convention.source, ...totals, tallies };
}
