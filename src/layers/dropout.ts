import { z } from 'zod/mini';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';

/** Zeroes elements with probability `p` in training; the identity at inference. Source: torch.nn.Dropout. */
export const dropout = defineLayer({
  kind: 'dropout',
  family: 'dropout',
  stem: 'drop',
  attributes: z.strictObject({ p: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.5), inplace }),
  shape: ({ inputs }) => inputs[0]!,
});
