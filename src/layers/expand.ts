import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { expanded } from '../core/layout.ts';
import type { Shape } from '../core/shape.ts';
import { integer } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { besides, oneOrTwo } from './shared/inputs.ts';
import { expandTo, expandWithBatch, sumTo } from './shared/onnx/arithmetic.ts';
import { viewAs } from './shared/view.ts';

const attributes = z.strictObject({ size: z.array(integer(-1)).check(z.minLength(1)) });

/**
 * Sizes of 1 repeated, and new ones in front; −1 keeps a size. With a second input, a −1 in front is the batch of that:
 * a class token for each image. A view. Source: torch.Tensor.expand.
 */
export const expand = defineLayer({
  kind: 'expand',
  openSize: 'batch of the second input',
  family: 'reshape',
  stem: 'expand',
  takes: oneOrTwo,
  takesTypes: 'any',
  attributes,
  shape({ attributes: { size }, inputs: [x, like] }) {
    const wanted = size.map((given, i) => sizeOf(given, i, { size, x, like }));
    const fits = x.every((own, axis) => {
      const there = wanted[axis + size.length - x.length];
      return own === 1 || own === there;
    });
    if (size.length < x.length || !fits || wanted.some((one) => one < 1)) {
      throw new VggError('cannot-expand', { from: x, to: size });
    }
    return wanted;
  },
  onnx(g, { attributes: { size }, inputs: [x, like], output }) {
    const y = like && size[0] === -1 ? expandWithBatch(g, x, output, like) : expandTo(g, x, output);
    return {
      output: y,
      backward: (gradient) => ({ inputs: besides(sumTo(g, gradient, x.shape), like) }),
    };
  },
  execute: (operators, { inputs: [x], output }) => viewAs(operators, x, expanded(x, output), 'incoming'),
});

interface Wanted {
  readonly size: readonly number[];
  readonly x: Shape;
  readonly like: Shape | undefined;
}

function sizeOf(given: number, place: number, { size, x, like }: Wanted): number {
  if (given !== -1) return given;
  if (place === 0 && like) return like[0]!;
  return x[place + x.length - size.length] ?? 0;
}
