import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './shared/keras.ts';
import { maskOf, rectified } from './shared/keras-tape.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, where, zero } from './shared/onnx/arithmetic.ts';

/** min(max(0, x), 6). Source: torch.nn.ReLU6. */
export const relu6 = defineLayer({
  ...perElement,
  kind: 'relu6',
  stem: 'relu',
  keepsMaxima: true,
  attributes: z.strictObject({ inplace }),
  keras: kerasActivation('relu6', (tape, { inputs: [x] }) => {
    const positive = rectified(tape, x);
    const scratch = x.bytes + maskOf(x.bytes);
    return tape.run({ inputs: [positive], output: x.bytes, saves: [positive], scratch });
  }),
  onnx: onnxActivation(
    (g, x) => g.run('Clip', [x, zero(g), g.constant(6)], x.shape),
    (g, { y, gradient }) => {
      const above = compare(g, 'Greater', y, zero(g));
      const inside = compare(g, 'And', above, compare(g, 'Less', y, g.constant(6)));
      return where(g, inside, gradient, zero(g));
    },
  ),
  execute: executeKeepingInput,
});
