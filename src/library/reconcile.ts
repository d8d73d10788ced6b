import { load } from '../arch/load.ts';
import { VggError } from '../core/errors/error.ts';
import {
  reconcilable,
  reconcile as explain,
  type Reconcilable,
  type Reconciliation,
} from '../analysis/reconcile/reconcile.ts';
import { spaceOf } from '../analysis/reconcile/variants.ts';
import { sizesOf, type Network } from './network.ts';
import { checkOptions, type InspectOptions } from './options.ts';
import { sourceOf } from './source.ts';

/** What `reconcile` may be told beside the choice of the network. */
export interface ReconcileOptions extends Omit<InspectOptions, 'memory' | 'dtype'> {
  /** What the number is one of: `params` when left out. */
  readonly what?: Reconcilable;
  /** Batch sizes to try; for anything but `params`. */
  readonly batch?: readonly number[];
}

/**
 * Which way of counting gives this number? What `vgg-inspect reconcile --json` prints. The number is written as it was
 * printed: `111980544`, `'138M'`, `'527.8MiB'`. Throws `bad-printed-number`, `bad-option` and what `inspect` throws.
 */
export function reconcile(
  network: Network,
  number: number | string,
  options: ReconcileOptions = {},
): Reconciliation {
  const { what = 'params', batch, input, ...choices } = options;
  checkOptions({ ...choices, ...(input && { input }) });
  if (!reconcilable.includes(what))
    throw new VggError('bad-option', {
      option: 'what',
      expected: reconcilable.join(' or '),
      value: String(what),
    });
  if (batch && what === 'params')
    throw new VggError('option-not-read', {
      option: 'batch',
      by: 'params',
      readers: 'macs, flops and memory',
    });
  const source = sourceOf(network);
  const build = (chosen: { readonly classes?: number }) => load(source, { ...choices, ...chosen });
  const space = spaceOf(what, build, {
    ...(input && { input: sizesOf(input) }),
    ...(batch && { batch }),
    ...(choices.classes !== undefined && { classes: choices.classes }),
  });
  return explain(build({}).name, String(number), space);
}
