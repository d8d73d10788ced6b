import * as z from 'zod/mini';
import { contiguousStrides } from '../core/layout.ts';
import { VggError } from '../core/errors/error.ts';
import { perElement } from './shared/activation.ts';
import { integer } from './shared/attributes.ts';
import { divide } from './shared/channels.ts';
import { constant } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { compare, multiply, reshape, sumTo, where, zero } from './shared/onnx/arithmetic.ts';
import type { Shape } from '../core/shape.ts';

/** Channels stand in the second dimension; a vector has one. */
const channelsOf = (shape: Shape) => (shape.length > 1 ? shape[1]! : 1);

/** The slopes, one or one a channel, as they are stretched over an input. */
const besideInput = (parameters: number, rank: number): Shape =>
  Array.from({ length: rank }, (_, axis) => (axis === 1 || rank === 1 ? parameters : 1));

/** x where positive, a learned slope times x elsewhere: one for all, or one a channel. Source: torch.nn.PReLU. */
export const prelu = defineLayer({
  ...perElement,
  kind: 'prelu',
  stem: 'prelu',
  attributes: z.strictObject({
    num_parameters: z._default(integer(1), 1),
    init: z._default(z.number(), 0.25),
  }),
  shape({ attributes: { num_parameters }, inputs: [x] }) {
    const channels = channelsOf(x);
    if (num_parameters !== 1 && num_parameters !== channels) {
      throw new VggError('channels-mismatch', {
        expected: num_parameters,
        actual: channels,
        argument: 'num_parameters',
      });
    }
    return x;
  },
  weights: ({ attributes: a }) => ({ weight: { shape: [a.num_parameters], init: constant(a.init) } }),
  thin: (a, { ratio, inputThinned }) => ({
    attributes:
      inputThinned && a.num_parameters > 1 ? { ...a, num_parameters: divide(a.num_parameters, ratio) } : a,
    thinned: inputThinned,
  }),
  onnx(g, { inputs: [x], weights: { weight } }) {
    const slope = reshape(g, weight, besideInput(weight.shape[0]!, x.shape.length));
    const positive = compare(g, 'Greater', x, zero(g));
    return {
      output: where(g, positive, x, multiply(g, slope, x)),
      backward(gradient, [needed]) {
        const ofSlope = where(g, positive, zero(g), multiply(g, gradient, x));
        return {
          inputs: [needed ? where(g, positive, gradient, multiply(g, gradient, slope)) : undefined],
          weights: { weight: reshape(g, sumTo(g, ofSlope, slope.shape), weight.shape) },
        };
      },
    };
  },
  execute(operators, { inputs: [x], weights: { weight }, output }) {
    const run = (slope: typeof weight) =>
      operators.run({
        inputs: [x, slope],
        output,
        saves: [x, slope],
        gradients: ['new', 'product'],
        autocast: 'lower',
      });
    if (x.shape.length === 1) return run(weight);
    const shape = besideInput(weight.shape[0]!, x.shape.length);
    const slope = operators.run({
      inputs: [weight],
      output: { viewOf: weight, shape, strides: contiguousStrides(shape) },
      gradients: ['view'],
      autocast: 'lower',
    });
    const result = run(slope);
    operators.release(slope);
    return result;
  },
});
