import * as z from 'zod/mini';
import { executeKeepingEither, perElement } from './activation.ts';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './keras.ts';

/** min(max(0, x), 6). Source: torch.nn.ReLU6. */
export const relu6 = defineLayer({
  ...perElement,
  kind: 'relu6',
  stem: 'relu',
  attributes: z.strictObject({ inplace }),
  keras: kerasActivation('relu6'),
  execute: executeKeepingEither,
});
