import * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { without } from './shared/axes.ts';
import { dimension, indexIn } from './shared/dimension.ts';
import { onnxRange } from './shared/onnx/range.ts';
import { partOf } from './shared/view.ts';

const attributes = z.strictObject({ dim: z.int(), index: z.int() });

/** One place along `dim`, which goes: `x[:, index]`. A view. Source: torch.select. */
export const select = defineLayer({
  kind: 'select',
  family: 'reshape',
  stem: 'select',
  takesTypes: 'any',
  attributes,
  shape: ({ attributes: a, inputs: [x] }) => x.toSpliced(place(a, x).axis, 1),
  onnx(g, { attributes: a, inputs: [x], output }) {
    const { axis, index } = place(a, x.shape);
    return onnxRange(g, x, output, { axis, start: index, count: 1 });
  },
  execute: (operators, { attributes: a, inputs: [x] }) =>
    partOf(operators, x, without(x, place(a, x.shape).axis)),
});

/** Throws `no-such-dimension` and `no-such-index`. */
function place({ dim, index }: z.output<typeof attributes>, x: Shape): { axis: number; index: number } {
  const axis = dimension(dim, x);
  return { axis, index: indexIn(index, axis, x) };
}
