import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';

/** Before the first element, however many there are. */
const BEFORE_ALL = -(2 ** 31);

/** The elements along these axes in reverse. */
export function reversed(g: OnnxGraph, x: Tensor, axes: readonly number[]): Tensor {
  if (axes.length === 0) return x;
  const each = (value: number) =>
    g.constant(
      axes.map(() => value),
      'int64',
      [axes.length],
    );
  const list = g.constant(axes, 'int64', [axes.length]);
  return g.run('Slice', [x, each(-1), each(BEFORE_ALL), list, each(-1)], x);
}
