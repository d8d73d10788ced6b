import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { product } from '../core/arithmetic.ts';
import { defineLayer } from './layer.ts';
import { inShape } from './shared/view.ts';
import { reshaped } from './shared/keras-tape.ts';
import { notInKeras, toChannelsFirst, toChannelsLast } from './shared/keras.ts';
import { onnxView } from './shared/onnx/view.ts';

/** Joins the dimensions from `start_dim` to `end_dim` into one. Source: torch.nn.Flatten. */
export const flatten = defineLayer({
  kind: 'flatten',
  family: 'reshape',
  stem: 'flatten',
  takesTypes: 'any',
  attributes: z.strictObject({ start_dim: z._default(z.int(), 1), end_dim: z._default(z.int(), -1) }),
  shape({ attributes: a, inputs }) {
    const input = inputs[0];
    const start = a.start_dim < 0 ? a.start_dim + input.length : a.start_dim;
    const end = a.end_dim < 0 ? a.end_dim + input.length : a.end_dim;
    if (start < 0 || end >= input.length || start > end) {
      throw new VggError('bad-flatten', { start: a.start_dim, end: a.end_dim, shape: input });
    }
    return [...input.slice(0, start), product(input.slice(start, end + 1)), ...input.slice(end + 1)];
  },
  keras({ inputs, output }) {
    if (output.length < 2 || output[0] !== inputs[0][0]) {
      notInKeras('flatten', 'joining the images of a batch');
    }
    const target_shape = output.slice(1);
    return [
      ...toChannelsFirst(inputs[0]),
      { class_name: 'Reshape', config: { target_shape }, tape: reshaped },
      ...toChannelsLast(output),
    ];
  },
  onnx: onnxView,
  // Nothing to join: PyTorch returns the very tensor.
  execute: (operators, { inputs: [x], output }) =>
    output.length === x.shape.length ? x : inShape(operators, x, output),
});
