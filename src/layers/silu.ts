import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './activation.ts';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './keras.ts';

/** x·sigmoid(x), also called swish. Source: torch.nn.SiLU. */
export const silu = defineLayer({
  ...perElement,
  kind: 'silu',
  stem: 'silu',
  attributes: z.strictObject({ inplace }),
  keras: kerasActivation('swish'),
  execute: executeKeepingInput,
});
