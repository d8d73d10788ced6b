import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, greatestCommonDivisor, product } from '../core/arithmetic.ts';
import { image } from './shared/spatial.ts';
import { pair, positivePair } from './shared/attributes.ts';
import { checkOutput } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import type { Pair } from './shared/window.ts';
import { keepsInput } from './shared/keras-tape.ts';
import { notInKeras } from './shared/keras.ts';
import { mixAxes, type Mixing } from './shared/onnx/resampling.ts';
import { taps } from './shared/upsample-taps.ts';

const attributes = z.strictObject({
  size: z.nullish(pair(1)),
  scale_factor: z.nullish(positivePair),
  mode: z._default(z.enum(['nearest', 'nearest-exact', 'bilinear', 'bicubic']), 'nearest'),
  align_corners: z.nullish(z.boolean()),
});
type Attributes = z.output<typeof attributes>;

/** Input pixels along one side that an output pixel is mixed from. */
const TAPS = { nearest: 1, 'nearest-exact': 1, bilinear: 2, bicubic: 4 } as const;

/**
 * Resizes images to `size`, or by `scale_factor`, rounded down. Source: torch.nn.Upsample.
 * Operations: the input pixels mixed into an output pixel (bilinear 4, as in fvcore's
 * `aten::upsample_bilinear2d`; bicubic 16), none for `nearest`, which only copies.
 */
export const upsample = defineLayer({
  kind: 'upsample',
  family: 'resize',
  stem: 'upsample',
  attributes,
  shape({ attributes: a, inputs }) {
    const [n, c, h, w] = image(inputs[0], 'upsample');
    if (a.align_corners !== undefined && a.align_corners !== null && TAPS[a.mode] === 1) {
      throw new VggError('align-corners-without-interpolation', { mode: a.mode });
    }
    return [n, c, ...checkOutput([h, w], resized(a, [h, w]))];
  },
  elementwise({ attributes: { mode }, output }) {
    const taps = TAPS[mode];
    return taps === 1 ? 0 : product([elements(output), taps, taps], 'the number of operations');
  },
  view({ attributes: a, inputs }) {
    const [, , h, w] = image(inputs[0], 'upsample');
    const output = resized(a, [h, w]);
    const [rows, columns] = [along(h, output[0], TAPS[a.mode]), along(w, output[1], TAPS[a.mode])];
    return { reach: [rows.reach, columns.reach], stride: [rows.stride, columns.stride] };
  },
  keras({ attributes: a, inputs, output }) {
    const size = [output[2]! / inputs[0][2]!, output[3]! / inputs[0][3]!];
    if (TAPS[a.mode] > 1 || !size.every(Number.isInteger)) {
      notInKeras('upsample', `mode ${a.mode} by ${size.join('×')}; it has 'nearest' by whole factors`);
    }
    return [{ class_name: 'UpSampling2D', config: { size }, tape: keepsInput }];
  },
  onnx: (g, { attributes: a, inputs: [x], output }) =>
    mixAxes(g, x, mixing(a, 0, x.shape[2]!, output[2]!), mixing(a, 1, x.shape[3]!, output[3]!)),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, autocast: 'float32' }),
});

/** Outputs lie a fraction of input pixels apart; how far they see depends on where among them they fall. */
function along(input: number, output: number, taps: number): { reach: number; stride: number } {
  const places = output / greatestCommonDivisor(input, output);
  return { reach: taps + (places - 1) / places, stride: input / output };
}

/** Throws `size-or-scale-factor` unless exactly one of them is given. */
function resized({ size, scale_factor }: Attributes, [h, w]: Pair): Pair {
  if (size && !scale_factor) return size;
  if (scale_factor && !size) return [Math.floor(h * scale_factor[0]), Math.floor(w * scale_factor[1])];
  throw new VggError('size-or-scale-factor', { both: Boolean(size) });
}

/** The weight of each input pixel in each output pixel along one side. */
function mixing(a: Attributes, axis: 0 | 1, size: number, count: number): Mixing {
  const step = a.scale_factor ? 1 / a.scale_factor[axis] : size / count;
  return Array.from({ length: count }, (_, i) => {
    const row = Array.from({ length: size }, () => 0);
    for (const [place, weight] of taps(a.mode, i, { step, size, count, aligned: a.align_corners === true })) {
      row[Math.min(Math.max(place, 0), size - 1)]! += weight;
    }
    return row;
  });
}
