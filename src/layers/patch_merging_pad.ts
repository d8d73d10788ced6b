import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import type { Shape } from '../core/shape.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { defineLayer } from './layer.ts';
import { inverse } from './shared/axes.ts';
import { padAxes, reshape, slice, transpose } from './shared/onnx/arithmetic.ts';
import { partOf } from './shared/view.ts';

const kind = 'patch_merging_pad';

/** Rows and columns of the four pixels that are laid one behind the other. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/**
 * The four pixels of each 2×2 square side by side in the channels of an image N×H×W×C, an odd side padded with a zero.
 * Source: torchvision.models.swin_transformer, _patch_merging_pad.
 */
export const patch_merging_pad = defineLayer({
  kind,
  family: 'reshape',
  stem: 'merge',
  attributes: z.strictObject({}),
  shape({ inputs: [x] }) {
    const [n, height, width, channels] = even(x);
    return [n, height / 2, width / 2, 4 * channels];
  },
  onnx(g, { inputs: [x], output }) {
    const [n, height, width, channels] = even(x.shape);
    const squares = [n, height / 2, 2, width / 2, 2, channels];
    const odd = [0, height - x.shape[1]!, width - x.shape[2]!, 0];
    const wide = padAxes(g, x, [0, 0, 0, 0], odd);
    return {
      output: reshape(g, transpose(g, reshape(g, wide, squares), ORDER), output),
      backward(gradient) {
        const apart = reshape(
          g,
          gradient,
          ORDER.map((axis) => squares[axis]!),
        );
        const whole = reshape(g, transpose(g, apart, inverse(ORDER)), wide.shape);
        return { inputs: [inside(g, whole, x.shape)] };
      },
    };
  },
  execute(operators, { inputs: [x], output }) {
    const [n, height, width, channels] = even(x.shape);
    const wide = operators.run({ inputs: [x], output: [n, height, width, channels] });
    const half = [n, height / 2, width, channels];
    const parts = CORNERS.map(() => {
      const rows = partOf(operators, wide, { shape: half, strides: doubled(wide.strides, 1) });
      const pixels = partOf(operators, rows, {
        shape: half.with(2, width / 2),
        strides: doubled(rows.strides, 2),
      });
      operators.release(rows);
      return pixels;
    });
    const result = operators.run({
      inputs: parts,
      output,
      layout: 'contiguous',
      gradients: parts.map(() => 'slice'),
    });
    for (const one of [...parts, wide]) operators.release(one);
    return result;
  },
});

/** Squares of rows and columns; the column is the slower one in the channels that come out. */
const ORDER = [0, 1, 3, 4, 2, 5];

const doubled = (strides: readonly number[], axis: number) => strides.with(axis, 2 * strides[axis]!);

const inside = (g: OnnxGraph, x: Tensor, [, height, width]: Shape): Tensor =>
  slice(g, x, [
    { axis: 1, start: 0, count: height! },
    { axis: 2, start: 0, count: width! },
  ]);

/** The image with even sides. Throws `not-channels-last`. */
function even(x: Shape): readonly [n: number, height: number, width: number, channels: number] {
  if (x.length !== 4) throw new VggError('not-channels-last', { kind, shape: x });
  const [n, height, width, channels] = x as readonly [number, number, number, number];
  return [n, height + (height % 2), width + (width % 2), channels];
}
