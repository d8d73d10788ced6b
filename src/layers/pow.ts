import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { multiply, scale } from './shared/onnx/arithmetic.ts';

/** Each element raised to a number. Source: torch.pow. */
export const pow = defineLayer({
  ...perElement,
  kind: 'pow',
  stem: 'pow',
  attributes: z.strictObject({ exponent: z.number() }),
  // exponent · x^(exponent − 1)
  onnx(g, { attributes: { exponent }, inputs: [x] }) {
    const raised = (to: number) => g.run('Pow', [x, g.constant(to)], x);
    return {
      output: raised(exponent),
      backward: (gradient) => ({
        inputs: [multiply(g, gradient, scale(g, raised(exponent - 1), exponent))],
      }),
    };
  },
  execute: (operators, { attributes: { exponent }, inputs: [x], output }) =>
    operators.run({
      inputs: [x],
      output,
      saves: [x],
      // The power, and that times the exponent; zeros for an exponent of 0.
      backwardScratch: [exponent === 0 ? [] : [output, output]],
      autocast: 'float32',
    }),
});
