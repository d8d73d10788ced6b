import * as z from 'zod/mini';
import { product } from '../core/arithmetic.ts';
import { defineLayer } from './layer.ts';
import { columnsOf, onnxFold, onnxUnfold, patchAttributes, patchWindow } from './shared/patches.ts';
import { spatial } from './shared/spatial.ts';

/** Each patch of an image as a column of its channels' pixels. Source: torch.nn.Unfold. */
export const unfold = defineLayer({
  kind: 'unfold',
  family: 'reshape',
  stem: 'unfold',
  attributes: z.strictObject(patchAttributes),
  shape({ attributes: a, inputs: [x] }) {
    const [n, c] = spatial(x, 'unfold', 2);
    return [n, product([c, ...a.kernel_size], 'the size of an output'), columnsOf(x, patchWindow(a))];
  },
  onnx: (g, { attributes: a, inputs: [x], output }) => ({
    output: onnxUnfold(g, patchWindow(a), x, output),
    backward: (gradient) => ({ inputs: [onnxFold(g, patchWindow(a), gradient, x.shape)] }),
  }),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, layout: 'contiguous' }),
});
