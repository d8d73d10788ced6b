import { VggError } from '../../core/errors/error.ts';

export type Pair = readonly [height: number, width: number];

/** The same of height and width. */
export const along = (f: (axis: 0 | 1) => number): Pair => [f(0), f(1)];

/** A window that slides over height and width; sizes in pixels. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Above and left of the image. */
  readonly before: Pair;
  /** Below and right of it; differs from `before` only for `same` with an even window. */
  readonly after: Pair;
}

/**
 * What outputs see of the input: one output `reach` pixels, its neighbour the same `stride` pixels further on. Layers
 * that enlarge have fractions here; m neighbours see reach + (m − 1)·stride pixels at most, rounded down.
 */
export interface View {
  readonly reach: Pair;
  readonly stride: Pair;
}

/**
 * Heights and widths at which the window fits.
 * `floor`: floor((size + before + after − dilation·(kernel − 1) − 1) / stride) + 1.
 * `ceil`: the same with ceil, less one when the last window would start beyond the input and its left padding.
 * Source: PyTorch, `pooling_output_shape` (aten/src/ATen/native/Pool.h) and the Conv2d documentation.
 * Throws `window-too-large` when no position is left.
 */
export function slide(size: Pair, w: Window, rounding: 'floor' | 'ceil' = 'floor'): [number, number] {
  const along = (axis: 0 | 1): number => {
    const padded = size[axis] + w.before[axis] + w.after[axis];
    const reach = w.dilation[axis] * (w.kernel[axis] - 1) + 1;
    const slack = rounding === 'ceil' ? w.stride[axis] - 1 : 0;
    let count = Math.floor((padded - reach + slack) / w.stride[axis]) + 1;
    if (rounding === 'ceil' && (count - 1) * w.stride[axis] >= size[axis] + w.before[axis]) count--;
    if (count < 1)
      throw new VggError('window-too-large', { size, padded: paddedSize(size, w), reach: reachOf(w) });
    return count;
  };
  return [along(0), along(1)];
}

const paddedSize = (size: Pair, w: Window): Pair => [
  size[0] + w.before[0] + w.after[0],
  size[1] + w.before[1] + w.after[1],
];

/** Pixels that the dilated window spans. */
export const reachOf = (w: Window): Pair => [
  w.dilation[0] * (w.kernel[0] - 1) + 1,
  w.dilation[1] * (w.kernel[1] - 1) + 1,
];
