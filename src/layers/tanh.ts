import * as z from 'zod/mini';
import { executeKeepingResult, perElement } from './activation.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './keras.ts';

/** Hyperbolic tangent. Source: torch.nn.Tanh. */
export const tanh = defineLayer({
  ...perElement,
  kind: 'tanh',
  stem: 'tanh',
  attributes: z.strictObject({}),
  keras: kerasActivation('tanh'),
  execute: executeKeepingResult,
});
