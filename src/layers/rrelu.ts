import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';

const bounds = z.strictObject({
  lower: z._default(z.number(), 1 / 8),
  upper: z._default(z.number(), 1 / 3),
  inplace,
});

/**
 * x where positive, a slope times x elsewhere: drawn between `lower` and `upper` for each element in training, their
 * mean at inference. Source: torch.nn.RReLU.
 */
export const rrelu = defineLayer({
  ...perElement,
  kind: 'rrelu',
  stem: 'rrelu',
  attributes: bounds.check(
    z.refine(({ lower, upper }) => lower <= upper, {
      path: ['lower'],
      error: 'must be no more than upper',
    }),
  ),
  // The slopes are a tensor of their own, in either mode.
  execute: (operators, { attributes: { inplace }, inputs: [x], output }) =>
    operators.run({
      inputs: [x],
      output: inplace ? { overwrites: x } : output,
      saves: inplace ? ['result'] : [x],
      byproducts: [{ shape: output }],
    }),
});
