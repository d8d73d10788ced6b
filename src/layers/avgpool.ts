import * as z from 'zod/mini';
import { flag, offset } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { poolingAttributes, poolingOperations, poolingShape, poolingWindow } from './shared/pooling.ts';
import { averagePooling, kerasPool, noPadding, notInKeras, paddingFor, zeroPadding } from './shared/keras.ts';
import { averagePool } from './shared/onnx/pooling.ts';
import type { Shape } from '../core/shape.ts';

const attributes = z.strictObject({
  ...poolingAttributes,
  count_include_pad: flag(true),
  divisor_override: z.nullish(offset.check(z.refine((divisor) => divisor !== 0, 'must not be 0'))),
});

/** Mean under a sliding window. Source: torch.nn.AvgPool2d. */
export const avgpool2d = defineLayer({
  kind: 'avgpool2d',
  family: 'pool',
  stem: 'pool',
  attributes,
  shape: ({ attributes, inputs }) => poolingShape('avgpool2d', attributes, inputs[0]),
  elementwise: ({ attributes, output }) => poolingOperations(attributes, output),
  window: ({ attributes }) => poolingWindow(attributes),
  keras({ attributes: a, inputs, output }) {
    const w = poolingWindow(a);
    const padding = paddingFor(w, inputs[0], output);
    if (a.divisor_override) notInKeras('avgpool2d', 'divisor_override');
    if (padding.some(([, after], axis) => after > a.padding[axis as 0 | 1])) {
      notInKeras('avgpool2d', 'ceil_mode where a window reaches beyond the padding');
    }
    if (!a.count_include_pad && !noPadding(padding)) notInKeras('avgpool2d', 'count_include_pad=False');
    return kerasPool(averagePooling, w.kernel, w.stride, zeroPadding(padding));
  },
  onnx: (g, { attributes: a, inputs: [x], output }) =>
    averagePool(g, x, poolingWindow(a), output, divisors(a, x.shape, output)),
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x], output, saves: [x] }),
});

/**
 * What the sum under each window is divided by, row by row: the elements of the window that lie in the padded image,
 * or in the image itself. Source: aten/src/ATen/native/cpu/AvgPoolKernel.cpp.
 */
function divisors(a: z.output<typeof attributes>, input: Shape, output: Shape): number[] {
  const { kernel, stride, before } = poolingWindow(a);
  const along = (axis: 0 | 1) =>
    Array.from({ length: output[axis + 2]! }, (_, i) => {
      const size = input[axis + 2]!;
      const start = i * stride[axis] - before[axis];
      const end = Math.min(start + kernel[axis], size + before[axis]);
      return a.count_include_pad ? end - start : Math.min(end, size) - Math.max(start, 0);
    });
  const columns = along(1);
  return along(0).flatMap((rows) => columns.map((covered) => a.divisor_override ?? rows * covered));
}
