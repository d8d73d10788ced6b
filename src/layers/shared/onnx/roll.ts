import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { concat, slice } from './arithmetic.ts';

/** Moved along an axis, those that leave at one end coming in at the other. */
export function turned(g: OnnxGraph, x: Tensor, axis: number, by: number): Tensor {
  const size = x.shape[axis]!;
  const start = (((-by % size) + size) % size) % size;
  if (start === 0) return x;
  const parts = [
    slice(g, x, [{ axis, start, count: size - start }]),
    slice(g, x, [{ axis, start: 0, count: start }]),
  ];
  return concat(g, parts, axis);
}
