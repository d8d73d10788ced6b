import { z } from 'zod/mini';
import { elements, product } from '../graph/shape.ts';
import { integer } from './attributes.ts';
import { checkRank } from './dimension.ts';
import { defineLayer } from './layer.ts';

/**
 * Divides by a power of the squares in `size` neighbouring channels: a square each, the scaling, the power and the
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
    checkRank('local_response_norm', inputs[0]!, 3);
    return inputs[0]!;
  },
  elementwise: ({ attributes: { size }, output }) =>
    product([elements(output), size + 3], 'the number of normalization operations'),
});
