import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { multiply, scale, zero } from './shared/onnx/arithmetic.ts';

/** Each element raised to a number. Source: torch.pow. */
export const pow = defineLayer({
  ...perElement,
  kind: 'pow',
  stem: 'pow',
  attributes: z.strictObject({ exponent: z.number() }),
  // exponent · x^(exponent − 1); nothing for an exponent of 0, at 0 too, where that is not a number
  onnx(g, { attributes: { exponent }, inputs: [x] }) {
    const raised = (to: number) => g.run('Pow', [x, g.constant(to)], x);
    const slope = () => (exponent === 0 ? zero(g) : scale(g, raised(exponent - 1), exponent));
    return {
      output: raised(exponent),
      backward: (gradient) => ({ inputs: [multiply(g, gradient, slope())] }),
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
