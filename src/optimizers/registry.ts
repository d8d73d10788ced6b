import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { momentum } from './momentum.ts';
import { nesterov } from './nesterov.ts';
import type { Hyperparameters, Optimizer, OptimizerMemory } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
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

/** Those of which only the memory is known. */
const memoryOnly = [nesterov, rmsprop, adagrad] as const;

/** An optimizer whose memory is known. */
export type MemoryOptimizerName = OptimizerName | (typeof memoryOnly)[number]['name'];

const memories: readonly OptimizerMemory<MemoryOptimizerName>[] = [...all, ...memoryOnly];
export const memoryOptimizerNames: readonly MemoryOptimizerName[] = memories.map(({ name }) => name);

const memoryByName = new Map(memories.map((optimizer) => [optimizer.name, optimizer]));

export const optimizerMemoryOf = (name: MemoryOptimizerName): OptimizerMemory<MemoryOptimizerName> =>
  memoryByName.get(name)!;
