import { loadNetwork } from '../../src/cli/io/load-network.ts';
import { resolve, type ResolvedGraph } from '../../src/graph/resolve.ts';
import type { Batch } from '../../src/train/data/batches.ts';
import type { Trainer } from '../../src/train/engines/engine.ts';
import type { EngineName } from '../../src/train/engines/registry.ts';
import { selectEngine } from '../../src/train/engines/select.ts';
import type { OptimizerSettings } from '../../src/optimizers/registry.ts';
import { Random } from '../../src/train/random.ts';
import { initialWeights } from '../../src/train/weights.ts';
import type { Io } from '../../src/cli/io/io.ts';

export const sgd: OptimizerSettings = { name: 'sgd', lr: 0.1, momentum: 0, weightDecay: 0 };

/** A built-in network or a spec file at an input size. */
export async function networkOf(name: string, input: readonly number[]): Promise<ResolvedGraph> {
  const graph = await loadNetwork(name, {}, { cwd: process.cwd(), env: {} } as Io);
  return resolve(graph, input);
}

export async function trainerOf(
  engine: EngineName,
  network: ResolvedGraph,
  {
    optimizer = sgd,
    seed = 0,
    microBatch,
  }: { optimizer?: OptimizerSettings; seed?: number; microBatch?: number } = {},
): Promise<Trainer> {
  const chosen = await selectEngine(engine);
  return chosen.engine.build(network, {
    weights: () => initialWeights(network, seed),
    optimizer,
    seed,
    batch: network.input[0]!,
    microBatch,
  });
}

/** Random images and labels below ten, from a seed. */
export function batchFor(input: readonly number[], seed = 1): Batch {
  const count = input[0]!;
  const random = new Random(seed, 'batch');
  const size = input.reduce((a, b) => a * b, 1);
  return {
    count,
    images: random.uniform(size, 1),
    labels: Uint8Array.from({ length: count }, () => random.below(10)),
  };
}
