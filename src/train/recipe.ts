import type { OptimizerSettings } from '../optimizers/registry.ts';

/** How a network is trained. A checkpoint holds what decides the losses, which must be the same on resuming. */
export interface Recipe {
  readonly epochs: number;
  readonly batch: number;
  readonly optimizer: OptimizerSettings;
  readonly seed: number;
  /** `fashion-mnist`, `mnist`, `synthetic` or a folder. */
  readonly data: string;
  /** At most so many examples of each split. */
  readonly limit?: number | undefined;
}

/** The book's: SGD 0.05, batch 128, 10 epochs. Source: d2l 0.17, section 7.2. */
export const bookRecipe = {
  epochs: 10,
  batch: 128,
  optimizer: { name: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 0 },
  seed: 0,
  data: 'fashion-mnist',
} as const satisfies Recipe;

export interface EpochResult {
  /** From 1 on. */
  readonly epoch: number;
  /** Mean over the epoch's examples, while the weights moved. */
  readonly loss: number;
  readonly trainAcc: number;
  /** Over the test set, after the epoch. */
  readonly testAcc: number;
}
