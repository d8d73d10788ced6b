import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './shared/keras.ts';
import { fromOutput } from './shared/keras-tape.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { add, elementwise, multiply, subtract } from './shared/onnx/arithmetic.ts';

/** x·sigmoid(x), also called swish. Source: torch.nn.SiLU. */
export const silu = defineLayer({
  ...perElement,
  kind: 'silu',
  stem: 'silu',
  attributes: z.strictObject({ inplace }),
  // x · sigmoid(1 · x)
  keras: kerasActivation('swish', (tape, { inputs: [x] }) => {
    const scaled = tape.run({ inputs: [x], output: x.bytes, saves: [x] });
    const inputs = [fromOutput(tape, scaled), x] as const;
    return tape.run({ inputs, output: x.bytes, saves: inputs });
  }),
  // σ + y(1 − σ)
  onnx: (g, call) => {
    const sigmoid = elementwise(g, 'Sigmoid', call.inputs[0]);
    return onnxActivation(
      (_, x) => multiply(g, x, sigmoid),
      (_, { y, gradient }) => {
        const rest = multiply(g, y, subtract(g, g.constant(1), sigmoid));
        return multiply(g, gradient, add(g, sigmoid, rest));
      },
    )(g, call);
  },
  execute: executeKeepingInput,
});
