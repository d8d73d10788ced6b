import * as z from 'zod/mini';
import { adaptiveAttributes, adaptiveOperations, adaptiveShape, adaptiveWindows } from './shared/adaptive.ts';
import type { Shape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { averagePooling, kerasAdaptivePool } from './shared/keras.ts';
import { expand, scale } from './shared/onnx/arithmetic.ts';
import { mixAxes, type Mixing } from './shared/onnx/resampling.ts';

/** Mean under windows chosen so that the output has the wanted size. Source: torch.nn.AdaptiveAvgPool2d. */
export const adaptive_avgpool2d = defineLayer({
  kind: 'adaptive_avgpool2d',
  family: 'pool',
  stem: 'pool',
  attributes: z.strictObject(adaptiveAttributes),
  global: true,
  shape: ({ attributes, inputs }) => adaptiveShape('adaptive_avgpool2d', attributes, inputs[0]),
  elementwise: ({ inputs, output }) => adaptiveOperations(inputs[0], output),
  keras: ({ inputs, output }) => kerasAdaptivePool('adaptive_avgpool2d', averagePooling, inputs[0], output),
  onnx(g, { inputs: [x], output }) {
    if (output[2] !== 1 || output[3] !== 1) return mixAxes(g, x, ...adaptiveMeans(x.shape, output));
    const share = 1 / (x.shape[2]! * x.shape[3]!);
    return {
      output: g.run('GlobalAveragePool', [x], output),
      backward: (gradient) => ({ inputs: [expand(g, scale(g, gradient, share), x.shape)] }),
    };
  },
  // To 1×1 it is a mean, which needs only sizes.
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, saves: output[2] === 1 && output[3] === 1 ? [] : [x] }),
});

/** For rows and columns the weight of each input in each output: a mean is linear. */
const adaptiveMeans = (input: Shape, output: Shape): [rows: Mixing, columns: Mixing] => {
  const along = (axis: number) =>
    adaptiveWindows(input[axis]!, output[axis]!).map(([start, end]) =>
      Array.from({ length: input[axis]! }, (_, i) => (i >= start && i < end ? 1 / (end - start) : 0)),
    );
  return [along(2), along(3)];
};
