import * as z from 'zod/mini';
import { once } from '../core/once.ts';
import { sides } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { poolingAttributes, poolingOperations, poolingShape, poolingWindow } from './shared/pooling.ts';
import { kerasPool, maximumPooling, noPadding, notInKeras, onlyImages, paddingFor } from './shared/keras.ts';
import { keepsInput } from './shared/keras-tape.ts';
import { maximumPool } from './shared/onnx/pooling.ts';
import { executeMaximum } from './shared/maximum.ts';
import { everyAxis, type Rank } from './shared/window.ts';

/** Largest value under a sliding window. Source: torch.nn.MaxPool1d, MaxPool2d, MaxPool3d. */
function maxpool(rank: Rank) {
  const kind = `maxpool${rank}d`;
  const attributes = once(() =>
    z.strictObject({
      ...poolingAttributes(rank),
      dilation: z._default(sides(rank, 1), everyAxis(rank, 1)),
    }),
  );
  return defineLayer({
    kind,
    family: 'pool',
    stem: 'pool',
    takesMaxima: true,
    get attributes() {
      return attributes();
    },
    shape: ({ attributes, inputs }) => poolingShape(kind, rank, attributes, inputs[0]),
    elementwise: ({ attributes, output }) => poolingOperations(attributes, output),
    window: ({ attributes }) => poolingWindow(attributes),
    keras({ attributes: a, inputs, output }) {
      onlyImages(kind, rank);
      const w = poolingWindow(a);
      if (Math.max(...w.dilation) > 1) notInKeras(kind, 'dilation');
      const padding = paddingFor(w, inputs[0], output);
      const pad = noPadding(padding)
        ? []
        : [{ class_name: 'LowestPadding2D', config: { padding }, tape: keepsInput }];
      return kerasPool(maximumPooling, w.kernel, w.stride, pad);
    },
    onnx: (g, { attributes: a, inputs: [x], output }) => maximumPool(g, x, poolingWindow(a), output),
    execute: executeMaximum(rank),
  });
}

export const maxpool1d = maxpool(1);
export const maxpool2d = maxpool(2);
export const maxpool3d = maxpool(3);
