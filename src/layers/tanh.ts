import { z } from 'zod/mini';
import { executeKeepingResult, perElement } from './activation.ts';
import { defineLayer } from './layer.ts';

/** Hyperbolic tangent. Source: torch.nn.Tanh. */
export const tanh = defineLayer({
  ...perElement,
  kind: 'tanh',
  stem: 'tanh',
  attributes: z.strictObject({}),
  execute: executeKeepingResult,
});
