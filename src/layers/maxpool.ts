import * as z from 'zod/mini';
import { pair } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { poolingAttributes, poolingOperations, poolingShape, poolingWindow } from './shared/pooling.ts';
import { kerasPool, maximumPooling, noPadding, notInKeras, paddingFor } from './shared/keras.ts';
import { keepsInput } from './shared/keras-tape.ts';
import { maximumPool } from './shared/onnx/pooling.ts';

/** Largest value under a sliding window. Source: torch.nn.MaxPool2d. */
export const maxpool2d = defineLayer({
  kind: 'maxpool2d',
  family: 'pool',
  stem: 'pool',
  takesMaxima: true,
  attributes: z.strictObject({ ...poolingAttributes, dilation: z._default(pair(1), [1, 1]) }),
  shape: ({ attributes, inputs }) => poolingShape('maxpool2d', attributes, inputs[0]),
  elementwise: ({ attributes, output }) => poolingOperations(attributes, output),
  window: ({ attributes }) => poolingWindow(attributes),
  keras({ attributes: a, inputs, output }) {
    const w = poolingWindow(a);
    if (Math.max(...w.dilation) > 1) notInKeras('maxpool2d', 'dilation');
    const padding = paddingFor(w, inputs[0], output);
    const pad = noPadding(padding)
      ? []
      : [{ class_name: 'LowestPadding2D', config: { padding }, tape: keepsInput }];
    return kerasPool(maximumPooling, w.kernel, w.stride, pad);
  },
  onnx: (g, { attributes: a, inputs: [x], output }) => maximumPool(g, x, poolingWindow(a), output),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, saves: [x], byproducts: [{ shape: output, type: 'int64' }] }),
});
