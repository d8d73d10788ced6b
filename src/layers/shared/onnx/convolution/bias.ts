import { add, reshape, sum } from '../arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../../onnx/graph.ts';

/** A number added to each channel. */
export const biased = (g: OnnxGraph, x: Tensor, bias: Tensor | undefined): Tensor =>
  bias
    ? add(
        g,
        x,
        reshape(
          g,
          bias,
          x.shape.map((size, axis) => (axis === 1 ? size : 1)),
        ),
      )
    : x;

/** The gradient of a bias: the sum over batch and image, a number a channel. */
export function channelSums(g: OnnxGraph, gradient: Tensor): Tensor {
  const axes = gradient.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  return reshape(g, sum(g, gradient, axes), [gradient.shape[1]!]);
}
