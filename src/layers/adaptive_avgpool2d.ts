import * as z from 'zod/mini';
import { adaptiveAttributes, adaptiveOperations, adaptiveShape } from './adaptive.ts';
import { defineLayer } from './layer.ts';
import { kerasAdaptivePool } from './keras.ts';

/** Mean under windows chosen so that the output has the wanted size. Source: torch.nn.AdaptiveAvgPool2d. */
export const adaptive_avgpool2d = defineLayer({
  kind: 'adaptive_avgpool2d',
  family: 'pool',
  stem: 'pool',
  attributes: z.strictObject(adaptiveAttributes),
  global: true,
  shape: ({ attributes, inputs }) => adaptiveShape('adaptive_avgpool2d', attributes, inputs[0]!),
  elementwise: ({ inputs, output }) => adaptiveOperations(inputs[0]!, output),
  keras: ({ inputs, output }) =>
    kerasAdaptivePool('adaptive_avgpool2d', 'AveragePooling2D', inputs[0]!, output),
  // To 1×1 it is a mean, which needs only sizes.
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x!], output, saves: output[2] === 1 && output[3] === 1 ? [] : [x!] }),
});
