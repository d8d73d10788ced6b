import * as z from 'zod/mini';
import { elements, product } from '../core/arithmetic.ts';
import { integer } from './shared/attributes.ts';
import { checkRank } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import type { Operator, Operators, Value } from './shared/operators.ts';
import { divide, multiply, reshape, scale, shift, subtract } from './shared/onnx/arithmetic.ts';
import type { Tensor } from '../onnx/graph.ts';

/**
 * Divides by a power of the squares in `size` neighboring channels: a square each, the scaling, the power and the
 * division an element. Source: torch.nn.LocalResponseNorm.
 */
export const local_response_norm = defineLayer({
  kind: 'local_response_norm',
  family: 'norm',
  stem: 'lrn',
  attributes: z.strictObject({
    size: integer(1),
    alpha: z._default(z.number(), 0.0001),
    beta: z._default(z.number(), 0.75),
    k: z._default(z.number(), 1),
  }),
  shape({ inputs }) {
    checkRank('local_response_norm', inputs[0], 3);
    return inputs[0];
  },
  elementwise: ({ attributes: { size }, output }) =>
    product([elements(output), size + 3], 'the number of normalization operations'),
  onnx(g, { attributes: { size, alpha, beta, k }, inputs: [x], output }) {
    const [before, after] = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
    const [n, c, ...image] = output;
    const planes = [n!, 1, c!, elements(image)];
    // The mean over neighboring channels.
    const around = (values: Tensor, pads: readonly number[]): Tensor => {
      const window = { kernel_shape: [size, 1], pads, count_include_pad: 1 };
      return reshape(g, g.run('AveragePool', [reshape(g, values, planes)], planes, window), output);
    };
    const base = shift(g, scale(g, around(multiply(g, x, x), [before, 0, after, 0]), alpha), k);
    const factor = g.run('Pow', [base, g.constant(-beta)], output);
    const y = multiply(g, x, factor);
    return {
      output: y,
      backward(gradient) {
        const share = divide(g, multiply(g, gradient, y), base);
        const back = scale(g, around(share, [after, 0, before, 0]), 2 * alpha * beta);
        return { inputs: [subtract(g, multiply(g, gradient, factor), multiply(g, x, back))] };
      },
    };
  },
  execute(operators, { attributes: { size }, inputs: [x], output }) {
    const [n, c, ...image] = output;
    const squares = operators.run({ inputs: [x, x], output, saves: [x, x] });
    const padded = then(operators, squares, { output: [n!, c! + size - 1, ...image] });
    const mean = then(operators, padded, { output, saves: [padded] });
    // The variable holds the mean until the whole expression that follows is computed.
    const scaled = operators.run({ inputs: [mean], output });
    const shifted = then(operators, scaled, { output, gradients: ['incoming'] });
    // grad · (exponent · x^(exponent − 1)): two intermediate results.
    const divisor = then(operators, shifted, {
      output,
      saves: [shifted],
      backwardScratch: [[output, output]],
      autocast: 'float32',
    });
    operators.release(mean);
    const result = operators.run({
      inputs: [x, divisor],
      output,
      saves: [{ value: x, neededFor: divisor }, divisor],
      // −grad, x / divisor and (x / divisor) / divisor on the way to the divisor's gradient.
      backwardScratch: [[], [output, output, output]],
    });
    operators.release(divisor);
    return result;
  },
});

/** The next operator of the chain in torch.nn.functional.local_response_norm, which drops its input. */
function then(operators: Operators, input: Value, operator: Omit<Operator, 'inputs'>): Value {
  const result = operators.run({ inputs: [input], ...operator });
  operators.release(input);
  return result;
}
