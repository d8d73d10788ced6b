import { batchOfImages } from '../../../core/options/values.ts';
import { optimizerSettings } from '../../../train/optimizer-settings.ts';
import { bookRecipe, type Recipe } from '../../../train/recipe.ts';
import type { TrainCommandOptions } from './options.ts';

/** The recipe that the options give; what they leave out is the book's. Throws `options-contradict`. */
export function recipeOf(options: TrainCommandOptions): Recipe {
  const epochs = options.epochs ?? bookRecipe.epochs;
  return {
    epochs,
    batch: options.batch ?? (options.input && batchOfImages(options.input)) ?? bookRecipe.batch,
    optimizer: optimizerSettings(options),
    seed: options.seed ?? bookRecipe.seed,
    // A check alone needs no real images.
    data: options.data ?? (epochs === 0 && options.evaluate === undefined ? 'synthetic' : bookRecipe.data),
    limit: options.limit ?? (epochs === 0 && options.data === undefined ? bookRecipe.batch : undefined),
  };
}
