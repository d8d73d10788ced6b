import * as z from 'zod/mini';
import { adaptiveAttributes, adaptiveOperations, adaptiveShape } from './adaptive.ts';
import { defineLayer } from './layer.ts';
import { kerasAdaptivePool } from './keras.ts';

/** Largest value under windows chosen so that the output has the wanted size. Source: torch.nn.AdaptiveMaxPool2d. */
export const adaptive_maxpool2d = defineLayer({
  kind: 'adaptive_maxpool2d',
  family: 'pool',
  stem: 'pool',
  attributes: z.strictObject(adaptiveAttributes),
  global: true,
  shape: ({ attributes, inputs }) => adaptiveShape('adaptive_maxpool2d', attributes, inputs[0]!),
  elementwise: ({ inputs, output }) => adaptiveOperations(inputs[0]!, output),
  keras: ({ inputs, output }) => kerasAdaptivePool('adaptive_maxpool2d', 'MaxPooling2D', inputs[0]!, output),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x!], output, saves: [x!], byproducts: [{ shape: output, type: 'int64' }] }),
});
