import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { reordered, swap } from './shared/axes.ts';
import { dimension } from './shared/dimension.ts';
import { reorder } from './shared/onnx/axes.ts';

/** Two axes exchanged. A view. Source: torch.transpose. */
export const transpose = defineLayer({
  kind: 'transpose',
  family: 'reshape',
  stem: 'transpose',
  takesTypes: 'any',
  attributes: z.strictObject({ dim0: z.int(), dim1: z.int() }),
  shape({ attributes: { dim0, dim1 }, inputs: [x] }) {
    dimension(dim0, x);
    dimension(dim1, x);
    return swap(dim0, dim1, x).map((axis) => x[axis]!);
  },
  onnx: (g, { attributes: { dim0, dim1 }, inputs: [x] }) => reorder(g, x, swap(dim0, dim1, x.shape)),
  execute: (operators, { attributes: { dim0, dim1 }, inputs: [x] }) =>
    reordered(operators, x, swap(dim0, dim1, x.shape)),
});
