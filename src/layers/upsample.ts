import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import type { Shape } from '../core/shape.ts';
import { elements, greatestCommonDivisor, product } from '../core/arithmetic.ts';
import { forAxes, integer, positive, sidesOfAny } from './shared/attributes.ts';
import { checkOutput } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import { besides, oneOrTwo } from './shared/inputs.ts';
import { spatial } from './shared/spatial.ts';
import { perAxis, type Axes, type Rank } from './shared/window.ts';
import { keepsInput } from './shared/keras-tape.ts';
import { notInKeras, onlyImages } from './shared/keras.ts';
import { mixAxes, type Mixing } from './shared/onnx/resampling.ts';
import { taps } from './shared/upsample-taps.ts';

const attributes = z.strictObject({
  size: z.nullish(sidesOfAny(integer(1))),
  scale_factor: z.nullish(sidesOfAny(positive)),
  mode: z._default(
    z.enum(['nearest', 'nearest-exact', 'linear', 'bilinear', 'bicubic', 'trilinear']),
    'nearest',
  ),
  align_corners: z.nullish(z.boolean()),
});
type Attributes = z.output<typeof attributes>;

/** Input pixels along one side that an output pixel is mixed from. */
const TAPS = { nearest: 1, 'nearest-exact': 1, linear: 2, bilinear: 2, bicubic: 4, trilinear: 2 } as const;

/** The spatial axes of modes that have a number of them in their name. */
const RANKS: { readonly [mode in Attributes['mode']]?: Rank } = {
  linear: 1,
  bilinear: 2,
  bicubic: 2,
  trilinear: 3,
};

/**
 * Resizes sequences, images or volumes to `size`, or by `scale_factor`, rounded down, or to the size of a second input.
 * Source: torch.nn.Upsample, torch.nn.functional.interpolate.
 * Operations: the input pixels mixed into an output pixel (linear 2, bilinear 4, trilinear 8, as in fvcore's
 * `aten::upsample_bilinear2d`; bicubic 16), none for `nearest`, which only copies.
 */
export const upsample = defineLayer({
  kind: 'upsample',
  family: 'resize',
  stem: 'upsample',
  takes: oneOrTwo,
  attributes,
  shape({ attributes: a, inputs }) {
    const [n, c, size] = spatial(inputs[0], 'upsample', rankOf(inputs[0]));
    const needed = RANKS[a.mode];
    if (needed !== undefined && needed !== size.length) {
      throw new VggError('mode-of-another-rank', { mode: a.mode, rank: needed, shape: inputs[0] });
    }
    if (a.align_corners !== undefined && a.align_corners !== null && TAPS[a.mode] === 1) {
      throw new VggError('align-corners-without-interpolation', { mode: a.mode });
    }
    return [n, c, ...checkOutput(size, resized(a, inputs))];
  },
  elementwise({ attributes: { mode }, output }) {
    const taps = TAPS[mode];
    const mixed = output.slice(2).map(() => taps);
    return taps === 1 ? 0 : product([elements(output), ...mixed], 'the number of operations');
  },
  view({ attributes: a, inputs }) {
    const size = inputs[0].slice(2);
    const output = resized(a, inputs);
    const sides = size.map((side, axis) => along(side, output[axis]!, TAPS[a.mode]));
    return { reach: sides.map(({ reach }) => reach), stride: sides.map(({ stride }) => stride) };
  },
  keras({ attributes: a, inputs, output }) {
    onlyImages('upsample', rankOf(output));
    const size = [output[2]! / inputs[0][2]!, output[3]! / inputs[0][3]!];
    if (TAPS[a.mode] > 1 || !size.every(Number.isInteger)) {
      notInKeras('upsample', `mode ${a.mode} by ${size.join('×')}; it has 'nearest' by whole factors`);
    }
    return [{ class_name: 'UpSampling2D', config: { size }, tape: keepsInput }];
  },
  onnx(g, { attributes: a, inputs: [x, like], output }) {
    const [size, counts] = [x.shape.slice(2), output.slice(2)];
    const scales = a.scale_factor && forAxes(a.scale_factor, size.length);
    const { output: y, backward } = mixAxes(
      g,
      x,
      size.map((side, axis) => mixing(a, scales?.[axis], side, counts[axis]!)),
    );
    return { output: y, backward: (gradient) => ({ inputs: besides(backward(gradient).inputs[0], like) }) };
  },
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, autocast: 'float32' }),
});

/** Outputs lie a fraction of input pixels apart; how far they see depends on where among them they fall. */
function along(input: number, output: number, taps: number): { reach: number; stride: number } {
  const places = output / greatestCommonDivisor(input, output);
  return { reach: taps + (places - 1) / places, stride: input / output };
}

/** One, two or three spatial axes; any other number of dimensions is refused as not being an image. */
const rankOf = ({ length }: Shape): Rank => (length === 3 ? 1 : length === 5 ? 3 : 2);

/** Throws `size-or-scale-factor` unless exactly one of them is given, and `sizes-of-another-rank`. */
function resized({ size, scale_factor }: Attributes, [x, like]: readonly [Shape, Shape?]): Axes {
  const image = x.slice(2);
  if (like) {
    if (size || scale_factor)
      throw new VggError('size-given-twice', { name: size ? 'size' : 'scale_factor' });
    if (like.length !== x.length)
      throw new VggError('sizes-of-another-rank', { name: 'the second input', given: like, size: image });
    return like.slice(2);
  }
  if (Boolean(size) === Boolean(scale_factor)) {
    throw new VggError('size-or-scale-factor', { both: Boolean(size) });
  }
  const given = (size ?? scale_factor)!;
  const sides = forAxes(given, image.length);
  if (!sides) {
    const name = size ? 'size' : 'scale_factor';
    throw new VggError('sizes-of-another-rank', { name, given, size: image });
  }
  return size ? sides : perAxis([image, sides], (side, scale) => Math.floor(side * scale));
}

/** The weight of each input pixel in each output pixel along one side. */
function mixing(a: Attributes, scale: number | undefined, size: number, count: number): Mixing {
  const step = scale === undefined ? size / count : 1 / scale;
  return Array.from({ length: count }, (_, i) => {
    const row = Array.from({ length: size }, () => 0);
    for (const [place, weight] of taps(a.mode, i, { step, size, count, aligned: a.align_corners === true })) {
      row[Math.min(Math.max(place, 0), size - 1)]! += weight;
    }
    return row;
  });
}
