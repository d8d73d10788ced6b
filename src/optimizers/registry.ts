import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { momentum } from './momentum.ts';
import type { Hyperparameters, Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

/** Every optimizer; the first is the default. */
const all = [sgd, momentum, adam, adamw] as const;

export type OptimizerName = (typeof all)[number]['name'];

/** An optimizer with what a training tells it. */
export interface OptimizerSettings extends Hyperparameters {
  readonly name: OptimizerName;
}

export const optimizers: readonly Optimizer<OptimizerName>[] = all;
export const optimizerNames: readonly OptimizerName[] = all.map(({ name }) => name);
export const defaultOptimizer: OptimizerName = all[0].name;

const byName = new Map(optimizers.map((optimizer) => [optimizer.name, optimizer]));

export const optimizerOf = (name: OptimizerName): Optimizer<OptimizerName> => byName.get(name)!;
