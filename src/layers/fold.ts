import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import { sides } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { columnsOf, onnxFold, onnxUnfold, patchAttributes, patchWindow } from './shared/patches.ts';
import { volume } from './shared/window.ts';

const attributes = z.strictObject({ output_size: sides(2, 1), ...patchAttributes });

/** Columns of pixels laid back as patches, those that meet in a pixel added. Source: torch.nn.Fold. */
export const fold = defineLayer({
  kind: 'fold',
  family: 'reshape',
  stem: 'fold',
  attributes,
  shape: ({ attributes: a, inputs: [x] }) => folded(a, x),
  elementwise: ({ inputs: [x] }) => elements(x),
  onnx: (g, { attributes: a, inputs: [x], output }) => ({
    output: onnxFold(g, patchWindow(a), x, output),
    backward: (gradient) => ({ inputs: [onnxUnfold(g, patchWindow(a), gradient, x.shape)] }),
  }),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, layout: 'contiguous' }),
});

/** Throws `columns-do-not-fold` and `window-too-large`. */
function folded(a: z.output<typeof attributes>, x: Shape): Shape {
  const area = volume(a.kernel_size);
  const [n, rows, columns] = x;
  const wanted = columnsOf([1, 1, ...a.output_size], patchWindow(a));
  if (x.length !== 3 || rows! % area !== 0 || columns !== wanted) {
    throw new VggError('columns-do-not-fold', { area, columns: wanted, shape: x });
  }
  return [n!, rows! / area, ...a.output_size];
}
