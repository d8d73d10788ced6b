import * as z from 'zod/mini';
import { executeKeepingResult, perElement } from './activation.ts';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './keras.ts';

/** max(0, x); one comparison an element. Source: torch.nn.ReLU. */
export const relu = defineLayer({
  ...perElement,
  kind: 'relu',
  stem: 'relu',
  attributes: z.strictObject({ inplace }),
  keras: kerasActivation('relu'),
  execute: executeKeepingResult,
});
