import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './activation.ts';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';

/** min(max(0, x + 3), 6) / 6. Source: torch.nn.Hardsigmoid. */
export const hardsigmoid = defineLayer({
  ...perElement,
  kind: 'hardsigmoid',
  stem: 'hardsigmoid',
  attributes: z.strictObject({ inplace }),
  execute: executeKeepingInput,
});
