import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { elementwise, shift } from './shared/onnx/arithmetic.ts';

/** A number less each element. Source: torch.rsub. */
export const rsub = defineLayer({
  ...perElement,
  kind: 'rsub',
  family: 'join',
  stem: 'rsub',
  attributes: z.strictObject({ other: z.number() }),
  onnx: (g, { attributes: { other }, inputs: [x] }) => ({
    output: shift(g, elementwise(g, 'Neg', x), other),
    backward: (gradient) => ({ inputs: [elementwise(g, 'Neg', gradient)] }),
  }),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, layout: 'elementwise', gradients: ['product'] }),
});
