import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { view } from './view.ts';

/**
 * Drops whole residual branches in training, for the batch or for each image; the identity at inference.
 * Source: torchvision.ops.StochasticDepth.
 */
export const stochastic_depth = defineLayer({
  kind: 'stochastic_depth',
  family: 'dropout',
  stem: 'drop',
  attributes: z.strictObject({
    p: z.number().check(z.minimum(0), z.maximum(1)),
    mode: z.enum(['batch', 'row']),
  }),
  shape: ({ inputs }) => inputs[0]!,
  execute(operators, { attributes: { p, mode }, inputs: [x], output }) {
    if (!operators.training || p === 0) return view(operators, x!, output);
    const noise = output.map((size, axis) => (axis === 0 && mode === 'row' ? size : 1));
    return operators.run({ inputs: [x!], output, byproducts: [{ shape: noise }] });
  },
});
