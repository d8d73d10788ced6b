import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import type { Shape } from '../core/shape.ts';
import { integer } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';
import type { Range } from './shared/onnx/arithmetic.ts';
import { onnxRange } from './shared/onnx/range.ts';
import { partOf } from './shared/view.ts';

const attributes = z.strictObject({
  dim: z._default(z.int(), 0),
  start: z.nullish(z.int()),
  end: z.nullish(z.int()),
  step: z._default(integer(1), 1),
});

/**
 * The places from `start` to before `end` along `dim`, each `step`-th of them: `x[:, start:end:step]`. Negative places
 * count from the end, what lies outside is left out. A view. Source: Python's slices of tensors.
 */
export const slice = defineLayer({
  kind: 'slice',
  family: 'reshape',
  stem: 'slice',
  takesTypes: 'any',
  attributes,
  shape({ attributes: a, inputs: [x] }) {
    const { axis, count } = range(a, x);
    return x.with(axis, count);
  },
  onnx: (g, { attributes: a, inputs: [x], output }) => onnxRange(g, x, output, range(a, x.shape)),
  execute(operators, { attributes: a, inputs: [x], output }) {
    const { axis } = range(a, x.shape);
    return partOf(operators, x, { shape: output, strides: x.strides.with(axis, x.strides[axis]! * a.step) });
  },
});

/** Throws `no-such-dimension` and `empty-slice`. */
function range({ dim, start, end, step }: z.output<typeof attributes>, x: Shape): Range {
  const axis = dimension(dim, x);
  const size = x[axis]!;
  const within = (place: number) => Math.min(Math.max(place < 0 ? place + size : place, 0), size);
  const from = within(start ?? 0);
  const count = Math.ceil((within(end ?? size) - from) / step);
  if (count < 1) throw new VggError('empty-slice', { start: start ?? 0, end: end ?? size, size });
  return { axis, start: from, count, step };
}
