import * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { order } from './shared/axes.ts';
import { onnxView } from './shared/onnx/view.ts';
import { inShape } from './shared/view.ts';

const attributes = z.strictObject({
  dim: z.nullish(z.union([z.int(), z.array(z.int()).check(z.minLength(1))])),
});

/** Without the dimensions of `dim` that have size 1, or all such. A view. Source: torch.squeeze. */
export const squeeze = defineLayer({
  kind: 'squeeze',
  family: 'reshape',
  stem: 'squeeze',
  takesTypes: 'any',
  attributes,
  shape({ attributes: a, inputs: [x] }) {
    const axes = asked(a, x);
    return x.filter((size, axis) => size !== 1 || !axes.includes(axis));
  },
  onnx: onnxView,
  execute: (operators, { inputs: [x], output }) => inShape(operators, x, output),
});

/** Throws `no-such-dimension`. */
function asked({ dim }: z.output<typeof attributes>, x: Shape): readonly number[] {
  if (dim === undefined || dim === null) return x.map((_, axis) => axis);
  return order(typeof dim === 'number' ? [dim] : dim, x);
}
