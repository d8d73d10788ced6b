import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { defineLayer } from './layer.ts';
import { order, reordered } from './shared/axes.ts';
import { reorder } from './shared/onnx/axes.ts';

/**
 * The axes in another order, the batch among them: axis i of the result is axis `dims[i]`. A view. Source:
 * torch.permute.
 */
export const permute = defineLayer({
  kind: 'permute',
  family: 'reshape',
  stem: 'permute',
  takesTypes: 'any',
  attributes: z.strictObject({ dims: z.array(z.int()).check(z.minLength(1)) }),
  shape({ attributes: { dims }, inputs: [x] }) {
    const axes = order(dims, x);
    if (axes.length !== x.length || new Set(axes).size !== x.length) {
      throw new VggError('not-a-permutation', { dims, shape: x });
    }
    return axes.map((axis) => x[axis]!);
  },
  onnx: (g, { attributes: { dims }, inputs: [x] }) => reorder(g, x, order(dims, x.shape)),
  execute: (operators, { attributes: { dims }, inputs: [x] }) =>
    reordered(operators, x, order(dims, x.shape)),
});
