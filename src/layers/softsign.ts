import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { divide, elementwise, multiply, shift } from './shared/onnx/arithmetic.ts';

/** x / (1 + |x|). Source: torch.nn.Softsign, which torch.nn.functional computes by three operators. */
export const softsign = defineLayer({
  ...perElement,
  kind: 'softsign',
  stem: 'softsign',
  attributes: z.strictObject({}),
  // 1 / (1 + |x|)²
  onnx: onnxActivation(
    // onnxruntime's WebGPU provider has no Softsign.
    (g, x) => divide(g, x, shift(g, elementwise(g, 'Abs', x), 1)),
    (g, { x, gradient }) => {
      const size = shift(g, elementwise(g, 'Abs', x), 1);
      return divide(g, gradient, multiply(g, size, size));
    },
  ),
  execute(operators, { inputs: [x], output }) {
    const absolute = operators.run({ inputs: [x], output, saves: [x] });
    const size = operators.run({ inputs: [absolute], output, gradients: ['incoming'] });
    operators.release(absolute);
    const result = operators.run({
      inputs: [x, size],
      output,
      saves: [{ value: x, neededFor: size }, size],
      // −gradient, x / size and that divided once more.
      backwardScratch: [[], [output, output, output]],
    });
    operators.release(size);
    return result;
  },
});
