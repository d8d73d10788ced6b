import { z } from 'zod/mini';
import { elements } from '../graph/shape.ts';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';

/** max(0, x); one comparison an element. Source: torch.nn.ReLU. */
export const relu = defineLayer({
  kind: 'relu',
  family: 'activation',
  stem: 'relu',
  attributes: z.strictObject({ inplace }),
  shape: ({ inputs }) => inputs[0]!,
  elementwise: ({ output }) => elements(output),
});
