import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import { integer } from './shared/attributes.ts';
import { divide } from './shared/channels.ts';
import { defineLayer } from './layer.ts';
import { inShape } from './shared/view.ts';
import { reshaped } from './shared/keras-tape.ts';
import { toChannelsFirst, toChannelsLast } from './shared/keras.ts';
import { onnxView } from './shared/onnx/view.ts';

const size = integer(-1).check(z.refine((size) => size !== 0, 'must not hold 0; -1 is what is left'));

const attributes = z.strictObject({
  shape: z.array(size).check(z.minLength(1)),
  /** The first dimension that is reshaped: 1 keeps the batch. */
  start_dim: z._default(z.int().check(z.minimum(0)), 1),
});

/**
 * Gives each image of the batch the sizes of `shape`; −1, at most once, is whatever is left.
 * The batch is kept and not written, as in keras.layers.Reshape and torch.nn.Unflatten(1, shape), unless `start_dim` is
 * 0: then `shape` is the whole one, as in torch.reshape.
 */
export const reshape = defineLayer({
  kind: 'reshape',
  openSize: 'any',
  family: 'reshape',
  stem: 'reshape',
  takesTypes: 'any',
  attributes,
  shape({ attributes: { shape, start_dim: kept }, inputs: [x] }) {
    if (kept > x.length) throw new VggError('no-such-dimension', { dim: kept, shape: x });
    const image = x.slice(kept);
    const available = elements(image);
    const given = product(shape.filter((size) => size !== -1));
    const open = shape.filter((size) => size === -1).length;
    if (open > 1 || (open === 1 ? available % given !== 0 : available !== given)) {
      throw new VggError('bad-reshape', { from: image, to: shape });
    }
    return [...x.slice(0, kept), ...shape.map((size) => (size === -1 ? available / given : size))];
  },
  // Channels come first.
  thin: (a, { ratio, inputThinned }) => ({
    attributes: inputThinned ? { ...a, shape: thinned(a, ratio) } : a,
    thinned: inputThinned,
  }),
  keras: ({ inputs, output }) => [
    ...toChannelsFirst(inputs[0]),
    { class_name: 'Reshape', config: { target_shape: output.slice(1) }, tape: reshaped },
    ...toChannelsLast(output),
  ],
  onnx: onnxView,
  execute: (operators, { inputs: [x], output }) => inShape(operators, x, output),
});

/** The channels are the first of an image's sizes. */
function thinned({ shape, start_dim: start }: z.output<typeof attributes>, ratio: number): number[] {
  const channels = 1 - start;
  return shape.map((size, i) => (i === channels && size !== -1 ? divide(size, ratio) : size));
}
