import { VggError } from '../../../core/errors/error.ts';
import { defaultOptimizer, optimizerOf, optimizers } from '../../../optimizers/registry.ts';
import { bookRecipe, type Recipe } from '../../../train/recipe.ts';
import type { TrainCommandOptions } from './options.ts';

/** The optimizer that `--momentum` means. */
const withMomentum = optimizers.find(({ defaults }) => defaults.momentum !== undefined)!.name;

/** The recipe that the options give; what they leave out is the book's. Throws `options-contradict`. */
export function recipeOf(options: TrainCommandOptions): Recipe {
  const { momentum, weightDecay = 0, optimizer } = options;
  const moves = momentum !== undefined && momentum > 0;
  const name = optimizer ?? (moves ? withMomentum : defaultOptimizer);
  const { defaults } = optimizerOf(name);
  if (moves && defaults.momentum === undefined) {
    throw new VggError('options-contradict', { first: '--momentum', second: `--optimizer ${name}` });
  }
  const epochs = options.epochs ?? bookRecipe.epochs;
  return {
    epochs,
    batch: options.batch ?? options.input?.batch ?? bookRecipe.batch,
    optimizer: {
      name,
      lr: options.lr ?? defaults.lr,
      momentum: defaults.momentum === undefined ? 0 : (momentum ?? defaults.momentum),
      weightDecay,
    },
    seed: options.seed ?? bookRecipe.seed,
    // A check alone needs no real images.
    data: options.data ?? (epochs === 0 && options.evaluate === undefined ? 'synthetic' : bookRecipe.data),
    limit: options.limit ?? (epochs === 0 && options.data === undefined ? bookRecipe.batch : undefined),
  };
}
