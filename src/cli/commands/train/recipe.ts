import { VggError } from '../../../core/errors/error.ts';
import type { Optimizer } from '../../../train/optimizer.ts';
import { bookRecipe, type Recipe } from '../../../train/recipe.ts';
import type { TrainCommandOptions } from './options.ts';

/** Learning rates when none is given: the book's, and Adam's own. */
const defaultRate = { sgd: 0.05, momentum: 0.05, adam: 0.001, adamw: 0.001 } as const;

/** The recipe that the options give; what they leave out is the book's. Throws `options-contradict`. */
export function recipeOf(options: TrainCommandOptions): Recipe {
  const { momentum, weightDecay = 0, optimizer } = options;
  const name: Optimizer['name'] =
    optimizer ?? (momentum === undefined || momentum === 0 ? 'sgd' : 'momentum');
  if (momentum !== undefined && momentum > 0 && name !== 'momentum') {
    throw new VggError('options-contradict', { first: '--momentum', second: `--optimizer ${name}` });
  }
  const epochs = options.epochs ?? bookRecipe.epochs;
  return {
    epochs,
    batch: options.batch ?? options.input?.batch ?? bookRecipe.batch,
    optimizer: {
      name,
      lr: options.lr ?? defaultRate[name],
      momentum: name === 'momentum' ? (momentum ?? 0.9) : 0,
      weightDecay,
    },
    seed: options.seed ?? bookRecipe.seed,
    // A check alone needs no real images.
    data: options.data ?? (epochs === 0 && options.evaluate === undefined ? 'synthetic' : bookRecipe.data),
    limit: options.limit ?? (epochs === 0 && options.data === undefined ? bookRecipe.batch : undefined),
  };
}
