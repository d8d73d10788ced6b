import * as z from 'zod/mini';
import { flag, offset } from './attributes.ts';
import { defineLayer } from './layer.ts';
import { poolingAttributes, poolingOperations, poolingShape, poolingWindow } from './pooling.ts';
import { kerasPool, noPadding, notInKeras, paddingFor, zeroPadding } from './keras.ts';

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
  keras({ attributes: a, inputs, output }) {
    const w = poolingWindow(a);
    const padding = paddingFor(w, inputs[0]!, output);
    if (a.divisor_override) notInKeras('avgpool2d', 'divisor_override');
    if (padding.some(([, after], axis) => after > a.padding[axis as 0 | 1])) {
      notInKeras('avgpool2d', 'ceil_mode where a window reaches beyond the padding');
    }
    if (!a.count_include_pad && !noPadding(padding)) notInKeras('avgpool2d', 'count_include_pad=False');
    return kerasPool('AveragePooling2D', w.kernel, w.stride, zeroPadding(padding));
  },
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x!], output, saves: [x!] }),
});
