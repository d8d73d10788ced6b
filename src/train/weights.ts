import type { ResolvedGraph } from '../graph/resolve.ts';
import { elements } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import type { WeightSpec } from '../layers/layer.ts';
import { Random } from './random.ts';

/** Values by name (`block1.conv1.weight`), in PyTorch's order of axes. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** The tensors of a network that hold floats, in order; what runs in training only is left out. */
export function weightSpecs({ nodes }: ResolvedGraph): { name: string; path: string; spec: WeightSpec }[] {
  return nodes
    .filter(({ node, ownsWeights }) => ownsWeights && !node.trainingOnly)
    .flatMap(({ node, weights }) =>
      weights
        .filter((spec) => !spec.integer)
        .map((spec) => ({ name: `${node.path}.${spec.name}`, path: node.path, spec })),
    );
}

/**
 * The book's initial weights, from our own generator so that all engines start equal: matrices and filters
 * Xavier-uniform, ±√(6 / (fan in + fan out)); their biases as PyTorch leaves them, uniform in ±1/√(fan in); scales and
 * running variances 1, shifts and running means 0. Source: d2l 0.17, `train_ch6`; torch.nn.init.
 */
export function initialWeights(resolved: ResolvedGraph, seed: number): Weights {
  const specs = weightSpecs(resolved);
  const matrices = new Map(
    specs.filter(({ spec }) => spec.shape.length > 1).map(({ path, spec }) => [path, spec]),
  );
  return new Map(
    specs.map(({ name, path, spec }) => {
      const random = new Random(seed, 'weights', name);
      const count = elements(spec.shape);
      const matrix = matrices.get(path);
      if (matrix === spec) return [name, random.uniform(count, xavier(spec.shape))];
      if (matrix !== undefined) return [name, random.uniform(count, 1 / Math.sqrt(fans(matrix.shape).in))];
      const ones = spec.name === 'weight' || spec.name === 'running_var';
      return [name, new Float32Array(count).fill(ones ? 1 : 0)];
    }),
  );
}

function fans([out, into, ...window]: Shape): { in: number; out: number } {
  const area = window.reduce((a, b) => a * b, 1);
  return { in: into! * area, out: out! * area };
}

function xavier(shape: Shape): number {
  const fan = fans(shape);
  return Math.sqrt(6 / (fan.in + fan.out));
}
