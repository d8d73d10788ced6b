import { elements } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { inverse } from '../axes.ts';
import { expand, reshape, transpose, zero } from './arithmetic.ts';

/** The places along an axis that integers name; what was taken of a place is added up again in its gradient. */
export function gatherRows(g: OnnxGraph, x: Tensor, places: Tensor, axis: number, output: Shape) {
  // The axis first, and the others as one row.
  const order = [axis, ...x.shape.map((_, i) => i).filter((i) => i !== axis)];
  const moved = order.map((i) => x.shape[i]!);
  const rows = [moved[0]!, elements(moved.slice(1))] as const;
  const count = elements(places.shape);
  return {
    taken: g.run('Gather', [x, places], { shape: output, type: x.type }, { axis }),
    backward(gradient: Tensor): Tensor {
      const taken = places.shape.map((_, i) => axis + i);
      const others = output.map((_, i) => i).filter((i) => !taken.includes(i));
      const updates = reshape(g, transpose(g, gradient, [...taken, ...others]), [count, rows[1]]);
      const indices = reshape(g, places, [count, 1]);
      const nothing = expand(g, zero(g), rows);
      const sum = g.run('ScatterND', [nothing, indices, updates], rows, { reduction: 'add' });
      return transpose(g, reshape(g, sum, moved), inverse(order));
    },
  };
}
