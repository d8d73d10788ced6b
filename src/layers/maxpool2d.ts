import { z } from 'zod/mini';
import { pair } from './attributes.ts';
import { defineLayer } from './layer.ts';
import { poolingAttributes, poolingOperations, poolingShape, poolingWindow } from './pooling.ts';

/** Largest value under a sliding window. Source: torch.nn.MaxPool2d. */
export const maxpool2d = defineLayer({
  kind: 'maxpool2d',
  family: 'pool',
  stem: 'pool',
  attributes: z.strictObject({ ...poolingAttributes, dilation: z._default(pair(1), [1, 1]) }),
  shape: ({ attributes, inputs }) => poolingShape('maxpool2d', attributes, inputs[0]!),
  elementwise: ({ attributes, output }) => poolingOperations(attributes, output),
  window: ({ attributes }) => poolingWindow(attributes),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x!], output, saves: [x!], byproducts: [{ shape: output, type: 'int64' }] }),
});
