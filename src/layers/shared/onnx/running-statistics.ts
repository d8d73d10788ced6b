import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { add, multiply, reshape, scale, subtract, sum } from './arithmetic.ts';
import type { Statistics } from './normalization.ts';
import type { OnnxResult } from './result.ts';

interface Running {
  readonly running_mean: Tensor;
  readonly running_var: Tensor;
}

/** Each channel normalized by its running statistics, as at inference and in training where it stays in `eval()`. */
export function normalizeByRunning(
  g: OnnxGraph,
  x: Tensor,
  eps: number,
  {
    weight,
    bias,
    running_mean,
    running_var,
  }: Running & Readonly<Record<'weight' | 'bias', Tensor | undefined>>,
): OnnxResult {
  const channels = x.shape[1]!;
  const all = (value: number) =>
    g.constant(
      Array.from({ length: channels }, () => value),
      'float32',
      [channels],
    );
  /** factor · (values − level) / deviation + onto, in one pass. */
  const normalized = (values: Tensor, factor: Tensor, onto: Tensor, level: Tensor) =>
    g.run('BatchNormalization', [values, factor, onto, level, running_var], values, {
      epsilon: { float: eps },
    });
  const factor = weight ?? all(1);
  return {
    output: normalized(x, factor, bias ?? all(0), running_mean),
    backward(gradient, [needed]) {
      const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
      const total = (values: Tensor, to: Tensor) => reshape(g, sum(g, values, axes), to.shape);
      const normal = () => normalized(x, all(1), all(0), running_mean);
      return {
        inputs: [needed ? normalized(gradient, factor, all(0), all(0)) : undefined],
        weights: {
          ...(weight && { weight: total(multiply(g, gradient, normal()), weight) }),
          ...(bias && { bias: total(gradient, bias) }),
        },
      };
    },
  };
}

/**
 * The running statistics moved by `momentum` towards those of a batch, which were taken of `count` values each; their
 * variance is the unbiased one.
 */
export function movedStatistics(
  g: OnnxGraph,
  momentum: number,
  { mean, variance }: Statistics,
  count: number,
  { running_mean, running_var }: Running,
): Readonly<Record<keyof Running, Tensor>> {
  const unbiased = scale(g, variance, count / (count - 1));
  const moved = (from: Tensor, to: Tensor) => {
    const step = multiply(g, subtract(g, reshape(g, to, from.shape), from), g.constant(momentum));
    return add(g, from, step);
  };
  return { running_mean: moved(running_mean, mean), running_var: moved(running_var, unbiased) };
}
