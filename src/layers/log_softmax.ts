import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { dimension } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import { elementwise, multiply, subtract, sum } from './shared/onnx/arithmetic.ts';
import { implicitDimension } from './shared/softmax.ts';

/** Maximum, subtraction, exponential, sum, and the logarithm of that taken away. */
const OPERATIONS_PER_ELEMENT = 5;

/** Logarithms of what softmax gives along `dim`. Source: torch.nn.LogSoftmax. */
export const log_softmax = defineLayer({
  kind: 'log_softmax',
  family: 'activation',
  stem: 'log_softmax',
  attributes: z.strictObject({ dim: z.nullish(z.int()) }),
  shape({ attributes: { dim }, inputs }) {
    if (typeof dim === 'number') dimension(dim, inputs[0]);
    return inputs[0];
  },
  elementwise: ({ output }) => OPERATIONS_PER_ELEMENT * elements(output),
  // g − softmax·Σg
  onnx(g, { attributes: { dim }, inputs: [x], output }) {
    const axis = dimension(dim ?? implicitDimension(output), output);
    const y = g.run('LogSoftmax', [x], output, { axis });
    return {
      output: y,
      backward(gradient) {
        const shares = elementwise(g, 'Exp', y);
        return { inputs: [subtract(g, gradient, multiply(g, shares, sum(g, gradient, [axis])))] };
      },
    };
  },
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, saves: ['result'], autocast: 'float32Result' }),
});
