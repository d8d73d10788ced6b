import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { view } from './view.ts';
import { kerasActivation } from './keras.ts';

/** Hands on what comes in. Source: torch.nn.Identity. */
export const identity = defineLayer({
  kind: 'identity',
  family: 'reshape',
  stem: 'identity',
  attributes: z.strictObject({}),
  shape: ({ inputs }) => inputs[0]!,
  keras: kerasActivation('linear'),
  execute: (operators, { inputs: [x], output }) => view(operators, x!, output),
});
