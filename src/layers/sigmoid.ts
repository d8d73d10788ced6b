import * as z from 'zod/mini';
import { executeKeepingResult, perElement } from './activation.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './keras.ts';

/** 1 / (1 + e^−x). Source: torch.nn.Sigmoid. */
export const sigmoid = defineLayer({
  ...perElement,
  kind: 'sigmoid',
  stem: 'sigmoid',
  attributes: z.strictObject({}),
  keras: kerasActivation('sigmoid'),
  execute: executeKeepingResult,
});
