import type { Shape } from '../../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { padAxis, reshape, slice, type Range } from './arithmetic.ts';
import type { Differentiated } from './result.ts';

/** A part of a tensor; the gradient of the rest is zero. */
export function onnxRange(g: OnnxGraph, x: Tensor, output: Shape, range: Range): Differentiated {
  const part = slice(g, x, [range]);
  return {
    output: reshape(g, part, output),
    backward: (gradient) => ({
      inputs: [around(g, reshape(g, gradient, part.shape), x.shape[range.axis]!, range)],
    }),
  };
}

/** Zeros before, between and behind the places of a range, up to `size` of them. */
function around(g: OnnxGraph, part: Tensor, size: number, { axis, start, step = 1 }: Range): Tensor {
  const count = part.shape[axis]!;
  const apart = reshape(g, part, part.shape.toSpliced(axis + 1, 0, 1));
  const spaced = padAxis(g, apart, axis + 1, 0, step - 1);
  const rows = reshape(g, spaced, part.shape.with(axis, count * step));
  return padAxis(g, rows, axis, start, size - start - count * step);
}
