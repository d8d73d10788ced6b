import * as z from 'zod/mini';
import { expanded } from '../core/layout.ts';
import { elements, product } from '../core/arithmetic.ts';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';
import { runClamp, runQuotient } from './shared/elementwise.ts';
import { exponent, onnxNorm, runNorm } from './shared/norm.ts';
import { add, compare, divide, elementwise, floats, multiply, sum } from './shared/onnx/arithmetic.ts';
import { viewAs } from './shared/view.ts';

/** A square or a size, a sum, and a quotient. */
const OPERATIONS_PER_ELEMENT = 3;

/** Each vector along `dim` divided by its norm, or by `eps` where that is larger. Source: torch.nn.functional.normalize. */
export const normalize = defineLayer({
  kind: 'normalize',
  family: 'norm',
  stem: 'normalize',
  attributes: z.strictObject({
    p: exponent,
    dim: z._default(z.int(), 1),
    eps: z._default(z.number().check(z.minimum(0)), 1e-12),
  }),
  shape({ attributes: { dim }, inputs: [x] }) {
    dimension(dim, x);
    return x;
  },
  elementwise: ({ output }) =>
    product([OPERATIONS_PER_ELEMENT, elements(output)], 'the number of normalization operations'),
  onnx(g, { attributes: { p, dim, eps }, inputs: [x] }) {
    const axis = dimension(dim, x.shape);
    const length = onnxNorm(g, x, { p, axes: [axis] });
    const divisor = g.run('Clip', [length.output, g.constant(eps)], length.output);
    const y = divide(g, x, divisor);
    return {
      output: y,
      backward(gradient) {
        const along = elementwise(g, 'Neg', divide(g, sum(g, multiply(g, gradient, y), [axis]), divisor));
        const free = floats(g, compare(g, 'GreaterOrEqual', length.output, g.constant(eps)));
        const ofLength = length.backward(multiply(g, along, free));
        return { inputs: [add(g, divide(g, gradient, divisor), ofLength)] };
      },
      ...(axis === 0 && { mixesBatch: true as const }),
    };
  },
  execute(operators, { attributes: { p, dim }, inputs: [x], output }) {
    const axis = dimension(dim, x.shape);
    const length = runNorm(operators, x, { p, axes: [axis], output: x.shape.with(axis, 1) });
    const divisor = runClamp(operators, length, 1);
    operators.release(length);
    const wide = viewAs(operators, divisor, expanded(divisor, x.shape), 'incoming');
    operators.release(divisor);
    const result = runQuotient(operators, x, wide, output);
    operators.release(wide);
    return result;
  },
});
