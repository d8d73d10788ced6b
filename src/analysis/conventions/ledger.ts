import { byCause, tally, type Tally } from './count.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import { quantities, type CountingConvention, type QuantityName } from './counting.ts';
import { byDefault, conventions } from './registry.ts';

/** What one cause adds to the default or takes from it. */
export interface Difference {
  readonly cause: string;
  readonly count: number;
}

/** One number of one convention, beside the default's. */
export interface LedgerRow {
  readonly convention: string;
  readonly quantity: QuantityName;
  readonly calls: string;
  readonly total: number;
  /** The default's parameters, or its MACs for everything that is computed. */
  readonly baseline: number;
  /** Largest first; they add up to total − baseline exactly. */
  readonly differences: readonly Difference[];
}

/** The quantity of the default that another one is held against. */
const baselineOf = (quantity: QuantityName): QuantityName => (quantity === 'params' ? 'params' : 'macs');

/** Every number of every convention for one network. Throws `too-large` where one passes 2^53. */
export function ledger(
  layers: readonly LayerFacts[],
  among: readonly CountingConvention[] = conventions,
): LedgerRow[] {
  const baselines = new Map(
    (['params', 'macs'] as const).map((name) => [name as QuantityName, tally(layers, byDefault, name)!]),
  );
  return quantities.flatMap((quantity) =>
    among.flatMap((convention) => {
      const counted = tally(layers, convention, quantity);
      return counted ? [rowOf(counted, baselines.get(baselineOf(quantity))!)] : [];
    }),
  );
}

function rowOf({ convention, quantity, calls, total, lines }: Tally, baseline: Tally): LedgerRow {
  const [ours, theirs] = [byCause(baseline.lines), byCause(lines)];
  const differences = [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((cause) => ({ cause, count: (theirs.get(cause) ?? 0) - (ours.get(cause) ?? 0) }))
    .filter(({ count }) => count !== 0)
    .sort((a, b) => Math.abs(b.count) - Math.abs(a.count));
  return { convention, quantity, calls, total, baseline: baseline.total, differences };
}
