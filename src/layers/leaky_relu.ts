import * as z from 'zod/mini';
import { executeKeepingEither, perElement } from './activation.ts';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';

/** x where positive, `negative_slope`·x elsewhere. Source: torch.nn.LeakyReLU. */
export const leaky_relu = defineLayer({
  ...perElement,
  kind: 'leaky_relu',
  stem: 'relu',
  attributes: z.strictObject({ negative_slope: z._default(z.number(), 0.01), inplace }),
  keras: ({ attributes: a }) => [{ class_name: 'LeakyReLU', config: { alpha: a.negative_slope } }],
  execute: executeKeepingEither,
});
