import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';
import { two } from './shared/inputs.ts';
import { gatherRows } from './shared/onnx/gather-rows.ts';
import { runIndex } from './shared/rows.ts';

const attributes = z.strictObject({ dim: z._default(z.int(), 0) });

/**
 * The places along `dim` that the integers of the second input name, in its shape: `x[index]`. Source: torch.Tensor's
 * indexing by one tensor, aten::index.
 */
export const index = defineLayer({
  kind: 'index',
  family: 'reshape',
  stem: 'index',
  takes: two,
  takesTypes: ['float', 'int64'],
  attributes,
  shape: ({ attributes: { dim }, inputs: [x, places] }) => x.toSpliced(dimension(dim, x), 1, ...places),
  onnx(g, { attributes: { dim }, inputs: [x, places], output }) {
    const { taken, backward } = gatherRows(g, x, places, dimension(dim, x.shape), output);
    return {
      output: taken,
      backward: (gradient, [needed]) => ({ inputs: [needed ? backward(gradient) : undefined, undefined] }),
    };
  },
  execute: (operators, { inputs: [x, places], output }) => runIndex(operators, x, places, output),
});
