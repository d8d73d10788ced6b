import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { add, multiply, reshape, scale, subtract } from './arithmetic.ts';
import type { Statistics } from './normalization.ts';

interface Running {
  readonly running_mean: Tensor;
  readonly running_var: Tensor;
}

/** Each channel normalized by its running statistics, as at inference. */
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
): Tensor {
  const channels = x.shape[1]!;
  const all = (value: number) =>
    g.constant(
      Array.from({ length: channels }, () => value),
      'float32',
      [channels],
    );
  const inputs = [x, weight ?? all(1), bias ?? all(0), running_mean, running_var];
  return g.run('BatchNormalization', inputs, x, { epsilon: { float: eps } });
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
