import * as z from 'zod/mini';
import { VggError } from '../../../core/errors/error.ts';
import { product, sum } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import type { Applied, Call } from '../../layer.ts';
import { attentionMacs, attentionOperations } from '../attention.ts';
import { flag, integer, listOf } from '../attributes.ts';
import { matrixAndBias } from '../initialization.ts';
import type { Weight } from '../weight.ts';

const rate = z._default(z.number().check(z.minimum(0), z.maximum(1)), 0);

/** The arguments of torchvision's `ShiftedWindowAttention`. */
export const windowAttributes = z.strictObject({
  dim: z.optional(integer(1)),
  /** Height and width of a window. */
  window_size: listOf(integer(1), 2),
  /** By how much windows are shifted; zeros for windows that start at the corner. */
  shift_size: listOf(integer(0), 2),
  num_heads: integer(1),
  qkv_bias: flag(true),
  proj_bias: flag(true),
  attention_dropout: rate,
  dropout: rate,
});
export type WindowAttention = z.output<typeof windowAttributes>;

/** How images N×H×W×C lie in windows. */
export interface Windows {
  readonly batch: number;
  readonly size: readonly [height: number, width: number];
  /** A multiple of the windows' size. */
  readonly padded: readonly [height: number, width: number];
  readonly window: readonly [height: number, width: number];
  /** Of each axis; 0 where one window holds all of it. */
  readonly shift: readonly [rows: number, columns: number];
  readonly shifted: boolean;
  /** Windows of an image. */
  readonly count: number;
  /** Pixels of a window. */
  readonly pixels: number;
  readonly heads: number;
  readonly channels: number;
}

/** Throws `not-channels-last`, `features-mismatch` and `heads-do-not-divide`. */
export function windowsOf(kind: string, a: WindowAttention, x: Shape): Windows {
  if (x.length !== 4) throw new VggError('not-channels-last', { kind, shape: x });
  const [batch, height, width, channels] = x as readonly [number, number, number, number];
  if (a.dim !== undefined && a.dim !== channels)
    throw new VggError('features-mismatch', { expected: a.dim, actual: channels });
  if (channels % a.num_heads !== 0)
    throw new VggError('heads-do-not-divide', { embedDim: channels, heads: a.num_heads });
  const window = a.window_size as readonly [number, number];
  const up = (side: number, of: number) => Math.ceil(side / of) * of;
  const padded = [up(height, window[0]), up(width, window[1])] as const;
  const shift = padded.map((side, axis) => (window[axis]! >= side ? 0 : a.shift_size[axis]!));
  return {
    batch,
    size: [height, width],
    padded,
    window,
    shift: shift as [number, number],
    shifted: sum(shift) > 0,
    count: (padded[0] / window[0]) * (padded[1] / window[1]),
    pixels: window[0] * window[1],
    heads: a.num_heads,
    channels,
  };
}

/** Sizes that cut the padded image into windows, and the order of axes that lays them one behind the other. */
export const cut = ({ padded, window, batch, channels }: Windows): Shape => [
  batch,
  padded[0] / window[0],
  window[0],
  padded[1] / window[1],
  window[1],
  channels,
];
export const WINDOWS_FIRST = [0, 1, 3, 2, 4, 5];

/** The two linear layers, as every attention over windows has them. */
export const projections = (a: WindowAttention, channels: number) => {
  const qkv = matrixAndBias([3 * channels, channels], a.qkv_bias && 3 * channels);
  const proj = matrixAndBias([channels, channels], a.proj_bias && channels);
  return {
    'qkv.weight': qkv.weight,
    'qkv.bias': qkv.bias,
    'proj.weight': proj.weight,
    'proj.bias': proj.bias,
  };
};

/** Where in the table of relative positions each pair of a window's pixels finds its own, row after row. */
export function relativePositionIndex([height, width]: readonly [number, number]): number[] {
  const pixels = Array.from(
    { length: height * width },
    (_, i) => [Math.floor(i / width), i % width] as const,
  );
  return pixels.flatMap(([row, column]) =>
    pixels.map(([r, c]) => (row - r + height - 1) * (2 * width - 1) + (column - c + width - 1)),
  );
}

/** The buffer of those places; its numbers follow from the window. */
export const indexOfPositions = ([height, width]: readonly number[]): Weight & { readonly buffer: true } => ({
  shape: [(height! * width!) ** 2],
  init: { law: 'values', values: [0] },
  buffer: true,
  integer: true,
});

/** The relative positions in a window. */
export const positions = ([height, width]: readonly number[]): number => (2 * height! - 1) * (2 * width! - 1);

/** Both projections of all pixels, the padding's too, and the two products of each head. */
export function windowMacs(kind: string, { attributes: a, inputs: [x] }: Call<WindowAttention>): number {
  const { batch, count, pixels, heads, channels } = windowsOf(kind, a, x);
  const all = product([batch, count, pixels]);
  const head = [batch * count, heads, pixels, channels / heads];
  const what = 'the number of MACs';
  return sum(
    [
      product([all, 4 * channels, channels], what),
      product(attentionMacs({ query: head, key: head, value: head }), what),
    ],
    what,
  );
}

/** Softmax and scale of each product of a query and a key, its bias, and the mask where windows are shifted. */
export function windowOperations(
  kind: string,
  { attributes: a, inputs: [x] }: Applied<WindowAttention>,
): number {
  const { batch, count, pixels, heads, shifted } = windowsOf(kind, a, x);
  const products = [batch, count, heads, pixels, pixels];
  return sum([attentionOperations(products), product(products), shifted ? product(products) : 0]);
}

/** Which part of the shifted image each pixel of its padded size came from; windows must not look across. */
export function regions({ padded, window, shift }: Windows): number[] {
  const [rows, columns] = padded.map((side, axis) =>
    Array.from({ length: side }, (_, at) =>
      at < side - window[axis]! ? 0 : shift[axis]! > 0 && at >= side - shift[axis]! ? 2 : 1,
    ),
  ) as [number[], number[]];
  return rows.flatMap((row) => columns.map((column) => 3 * row + column));
}
