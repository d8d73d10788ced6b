import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './activation.ts';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';

/** x·min(max(0, x + 3), 6) / 6. Source: torch.nn.Hardswish. */
export const hardswish = defineLayer({
  ...perElement,
  kind: 'hardswish',
  stem: 'hardswish',
  attributes: z.strictObject({ inplace }),
  execute: executeKeepingInput,
});
