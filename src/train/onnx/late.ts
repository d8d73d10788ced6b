import { concat, reshape, slice } from '../../layers/shared/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';

/**
 * The same single numbers, but only once every tensor in `after` has been computed: they are cut out of a list that
 * holds an element of each. What is computed from them can overwrite what the others were computed from.
 *
 * The list is written from its end: onnxruntime goes from a node to its inputs, the one written last first, so that each
 * layer's gradients of weights come before the next layer's backward pass, and what both read can go. The other way
 * round the gradients of all layers' outputs would live together.
 */
export function writeLate(g: OnnxGraph, numbers: readonly Tensor[], after: readonly Tensor[]): Tensor[] {
  const first = (tensor: Tensor) =>
    reshape(
      g,
      slice(
        g,
        tensor,
        tensor.shape.map((_, axis) => ({ axis, start: 0, count: 1 })),
      ),
      [1],
    );
  const list = concat(g, [...numbers, ...[...new Set(after)].reverse()].map(first), 0);
  return numbers.map((_, i) => slice(g, list, [{ axis: 0, start: i, count: 1 }]));
}
