import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import { dimension } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import { concat, elementwise, multiply, slice, subtract } from './shared/onnx/arithmetic.ts';

/** The sigmoid, and the product with it. */
const OPERATIONS_PER_ELEMENT = 2;

/** The first half of the input along `dim` times the sigmoid of the second. Source: torch.nn.GLU. */
export const glu = defineLayer({
  kind: 'glu',
  family: 'activation',
  stem: 'glu',
  attributes: z.strictObject({ dim: z._default(z.int(), -1) }),
  shape({ attributes: { dim }, inputs: [x] }) {
    const axis = dimension(dim, x);
    if (x[axis]! % 2 !== 0) throw new VggError('cannot-halve', { kind: 'glu', dim, shape: x });
    return x.with(axis, x[axis]! / 2);
  },
  elementwise: ({ output }) =>
    product([OPERATIONS_PER_ELEMENT, elements(output)], 'the number of operations'),
  // a·σ(b): σ(b) for a, a·σ(b)(1 − σ(b)) for b
  onnx(g, { attributes: { dim }, inputs: [x], output }) {
    const axis = dimension(dim, x.shape);
    const count = output[axis]!;
    const half = (start: number) => slice(g, x, [{ axis, start, count }]);
    const gate = elementwise(g, 'Sigmoid', half(count));
    const y = multiply(g, half(0), gate);
    return {
      output: y,
      backward(gradient) {
        const ofGate = multiply(g, multiply(g, gradient, y), subtract(g, g.constant(1), gate));
        return { inputs: [concat(g, [multiply(g, gradient, gate), ofGate], axis)] };
      },
    };
  },
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x], output, saves: [x] }),
});
