import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { elementwise, multiply, scale } from './shared/onnx/arithmetic.ts';

/** One divided by the square root of each element. Source: torch.rsqrt. */
export const rsqrt = defineLayer({
  ...perElement,
  kind: 'rsqrt',
  stem: 'rsqrt',
  attributes: z.strictObject({}),
  // −y³ / 2
  onnx: onnxActivation(
    (g, x) => elementwise(g, 'Reciprocal', elementwise(g, 'Sqrt', x)),
    (g, { y, gradient }) => scale(g, multiply(g, gradient, multiply(g, y, multiply(g, y, y))), -0.5),
  ),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({
      inputs: [x],
      output,
      saves: ['result'],
      // The third power, and −gradient / 2.
      backwardScratch: [[output, output]],
      autocast: 'float32',
    }),
});
