import { VggError } from '../core/errors/error.ts';
import {
  defaultOptimizer,
  optimizerOf,
  optimizers,
  type OptimizerName,
  type OptimizerSettings,
} from '../optimizers/registry.ts';

/** An optimizer as far as it is chosen. */
export interface OptimizerOptions {
  readonly optimizer?: OptimizerName;
  readonly lr?: number;
  readonly momentum?: number;
  readonly weightDecay?: number;
}

/** The optimizer that momentum alone means. */
const withMomentum = optimizers.find(({ defaults }) => defaults.momentum !== undefined)!.name;

/** What is not chosen is the optimizer's own. Throws `options-contradict` for momentum that it does not have. */
export function optimizerSettings(options: OptimizerOptions): OptimizerSettings {
  const { optimizer, lr, momentum, weightDecay = 0 } = options;
  const moves = momentum !== undefined && momentum > 0;
  const name = optimizer ?? (moves ? withMomentum : defaultOptimizer);
  const { defaults } = optimizerOf(name);
  if (moves && defaults.momentum === undefined) {
    throw new VggError('options-contradict', { first: '--momentum', second: `--optimizer ${name}` });
  }
  return {
    name,
    lr: lr ?? defaults.lr,
    momentum: defaults.momentum === undefined ? 0 : (momentum ?? defaults.momentum),
    weightDecay,
  };
}
