import type { Shape } from '../../../core/shape.ts';
import {
  add,
  divide,
  elementwise,
  mean,
  multiply,
  shift,
  subtract,
  sum,
  sumTo,
  reshape,
} from './arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { OnnxResult } from './result.ts';
import { volume } from '../window.ts';

interface Affine {
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  /** The shape in which scale and shift are stretched over the input. */
  readonly shape: Shape;
}

/** What was normalized by. */
export interface Statistics {
  /** A number a group, or a channel in the rank of the images: 1×C×1×1. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Every group normalized by its own mean and deviation: `grouped` is the input's shape with the groups apart, `axes`
 * those that one group spans.
 */
export function normalizeGroups(
  g: OnnxGraph,
  x: Tensor,
  { grouped, axes, eps }: { grouped: Shape; axes: readonly number[]; eps: number },
  { weight, bias, shape }: Affine,
): OnnxResult & { readonly statistics: Statistics } {
  const values = reshape(g, x, grouped);
  const average = mean(g, values, axes);
  const centered = subtract(g, values, average);
  const variance = mean(g, multiply(g, centered, centered), axes);
  const deviation = elementwise(g, 'Sqrt', shift(g, variance, eps));
  const normal = divide(g, centered, deviation);
  const plain = reshape(g, normal, x.shape);
  const scaled = weight ? multiply(g, plain, reshape(g, weight, shape)) : plain;
  return {
    output: bias ? add(g, scaled, reshape(g, bias, shape)) : scaled,
    statistics: { mean: average, variance },
    backward(gradient, [needed]) {
      const total = (t: Tensor, to: Tensor) => reshape(g, sumTo(g, t, stretched(shape, x.shape)), to.shape);
      const back = () => {
        const inner = weight ? multiply(g, gradient, reshape(g, weight, shape)) : gradient;
        const apart = reshape(g, inner, grouped);
        const along = mean(g, multiply(g, apart, normal), axes);
        const rest = subtract(g, subtract(g, apart, mean(g, apart, axes)), multiply(g, normal, along));
        return reshape(g, divide(g, rest, deviation), x.shape);
      };
      return {
        inputs: [needed ? back() : undefined],
        weights: {
          ...(weight && { weight: total(multiply(g, gradient, plain), weight) }),
          ...(bias && { bias: total(gradient, bias) }),
        },
      };
    },
  };
}

/** A shape with leading ones, so that it has the rank of what it is stretched to. */
const stretched = (shape: Shape, over: Shape): Shape => [
  ...Array.from({ length: over.length - shape.length }, () => 1),
  ...shape,
];

/** Each channel normalized by the mean and the deviation of the batch. */
export function normalizeBatch(
  g: OnnxGraph,
  x: Tensor,
  eps: number,
  { weight, bias }: Pick<Affine, 'weight' | 'bias'>,
): OnnxResult & { readonly statistics: Statistics } {
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const channels = [x.shape[1]!];
  const all = (value: number) =>
    g.constant(
      Array.from({ length: x.shape[1]! }, () => value),
      'float32',
      channels,
    );
  const average = mean(g, x, axes);
  const centered = subtract(g, x, average);
  const variance = mean(g, multiply(g, centered, centered), axes);
  /** weight · (values − level) / deviation + bias, in one pass. */
  const normalized = (values: Tensor, level: Tensor, onto: Tensor): Tensor =>
    g.run(
      'BatchNormalization',
      [values, weight ?? all(1), onto, level, reshape(g, variance, channels)],
      values,
      { epsilon: { float: eps } },
    );
  return {
    output: normalized(centered, all(0), bias ?? all(0)),
    mixesBatch: true,
    statistics: { mean: average, variance },
    backward(gradient, [needed]) {
      const total = sum(g, gradient, axes);
      const squared = shift(g, variance, eps);
      const along = sum(g, multiply(g, gradient, centered), axes);
      const count = g.constant(volume(x.shape) / x.shape[1]!);
      const back = () => {
        const tilt = divide(g, divide(g, along, squared), count);
        const rest = subtract(g, gradient, multiply(g, centered, tilt));
        return normalized(rest, reshape(g, divide(g, total, count), channels), all(0));
      };
      return {
        inputs: [needed ? back() : undefined],
        weights: {
          ...(weight && {
            weight: reshape(g, divide(g, along, elementwise(g, 'Sqrt', squared)), weight.shape),
          }),
          ...(bias && { bias: reshape(g, total, bias.shape) }),
        },
      };
    },
  };
}
