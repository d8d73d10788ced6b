import { z } from 'zod/mini';
import { flag, offset } from './attributes.ts';
import { defineLayer } from './layer.ts';
import { poolingAttributes, poolingOperations, poolingShape, poolingWindow } from './pooling.ts';

/** Mean under a sliding window. Source: torch.nn.AvgPool2d. */
export const avgpool2d = defineLayer({
  kind: 'avgpool2d',
  family: 'pool',
  stem: 'pool',
  attributes: z.strictObject({
    ...poolingAttributes,
    count_include_pad: flag(true),
    divisor_override: z.nullish(offset.check(z.refine((divisor) => divisor !== 0, 'must not be 0'))),
  }),
  shape: ({ attributes, inputs }) => poolingShape('avgpool2d', attributes, inputs[0]!),
  elementwise: ({ attributes, output }) => poolingOperations(attributes, output),
  window: ({ attributes }) => poolingWindow(attributes),
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x!], output, saves: [x!] }),
});
