import type { ResolvedGraph } from '../graph/resolve.ts';
import { weightName } from '../graph/parameters.ts';
import { elements } from '../core/arithmetic.ts';
import type { WeightSpec } from '../layers/layer.ts';
import type { Initialization } from '../layers/shared/weight.ts';
import { Random } from './random.ts';

/** Values by name (`block1.conv1.weight`), in PyTorch's order of axes. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** The tensors of a network that hold floats, in order; what runs in training only is left out. */
export function weightSpecs({ nodes }: ResolvedGraph): { name: string; path: string; spec: WeightSpec }[] {
  return nodes
    .filter(({ node, ownsWeights }) => ownsWeights && !node.trainingOnly)
    .flatMap(({ node, weights }) =>
      weights
        .filter((spec) => !spec.integer && !spec.bool)
        .map((spec) => ({ name: weightName(node.path, spec.name), path: node.path, spec })),
    );
}

/** First values by each weight's own law, from our own generator so that all engines start equal. */
export function initialWeights(resolved: ResolvedGraph, seed: number): Weights {
  return new Map(
    weightSpecs(resolved).map(({ name, spec }) => [
      name,
      drawn(spec.init, elements(spec.shape), new Random(seed, 'weights', name)),
    ]),
  );
}

function drawn(init: Initialization, count: number, random: Random): Float32Array {
  switch (init.law) {
    case 'constant':
      return new Float32Array(count).fill(init.value);
    case 'values':
      return Float32Array.from({ length: count }, (_, i) => init.values[i % init.values.length]!);
    case 'uniform':
      return around(init.around ?? 0, random.uniform(count, init.bound));
  }
}

const around = (value: number, deviations: Float32Array) =>
  value === 0 ? deviations : deviations.map((deviation) => value + deviation);
