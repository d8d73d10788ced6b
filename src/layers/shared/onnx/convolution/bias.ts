import { add, reshape, sum } from '../arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../../onnx/graph.ts';

/** A number added to each channel. */
export const biased = (g: OnnxGraph, x: Tensor, bias: Tensor | undefined): Tensor =>
  bias ? add(g, x, reshape(g, bias, [1, x.shape[1]!, 1, 1])) : x;

/** The gradient of a bias: the sum over batch and image, a number a channel. */
export function channelSums(g: OnnxGraph, gradient: Tensor): Tensor {
  return reshape(g, sum(g, gradient, [0, 2, 3]), [gradient.shape[1]!]);
}
