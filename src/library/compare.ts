import type { Analysis } from '../analysis/analysis.ts';
import { VggError } from '../core/errors/error.ts';
import { quantities, type Quantity } from '../report/subjects/compare/quantities.ts';
import { inspect } from './inspect.ts';
import type { Network } from './network.ts';
import type { InspectOptions } from './options.ts';

/** Networks side by side: what `vgg-inspect compare --json` prints. */
export interface Comparison {
  readonly schemaVersion: 1;
  readonly models: readonly Analysis[];
  /** Each quantity with its value for every network, in the order of `models`. */
  readonly comparison: readonly Quantity[];
}

/** Two networks or more; the options hold for each of them. Throws `compare-needs-two`, and as `inspect`. */
export function compare(networks: readonly Network[], options: InspectOptions = {}): Comparison {
  if (networks.length < 2)
    throw new VggError('compare-needs-two', { given: networks.filter((one) => typeof one === 'string') });
  const models = networks.map((network) => inspect(network, options));
  return { schemaVersion: 1, models, comparison: quantities(models) };
}
