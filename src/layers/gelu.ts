import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './activation.ts';
import { defineLayer } from './layer.ts';

/** x·Φ(x), with the error function or its tanh approximation. Source: torch.nn.GELU. */
export const gelu = defineLayer({
  ...perElement,
  kind: 'gelu',
  stem: 'gelu',
  attributes: z.strictObject({ approximate: z._default(z.enum(['none', 'tanh']), 'none') }),
  execute: executeKeepingInput,
});
