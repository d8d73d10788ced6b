import { VggError } from '../../core/errors/error.ts';

/** A number for each spatial axis, the outermost first: `[height, width]` of images. */
export type Axes = readonly number[];

/** How many spatial axes a kind works on that exists in one, two and three dimensions. */
export type Rank = 1 | 2 | 3;

/** The same number for each axis. */
export const everyAxis = (rank: number, value: number): number[] => Array.from({ length: rank }, () => value);

/** What `f` makes of the numbers that the lists have for each axis. */
export function perAxis<const L extends readonly Axes[]>(
  lists: L,
  f: (...sides: { [place in keyof L]: number }) => number,
): number[] {
  const [first = []] = lists;
  return first.map((_, axis) => f(...(lists.map((list) => list[axis]!) as { [place in keyof L]: number })));
}

/** Elements of a box with these sides; a plain number where it is known to be small. */
export const volume = (sides: Axes): number => sides.reduce((a, b) => a * b, 1);

/** Where the element of that index lies in a box, the last axis counting fastest. */
export function coordinates(index: number, sides: Axes): number[] {
  let rest = index;
  return sides
    .toReversed()
    .map((side) => {
      const at = rest % side;
      rest = Math.floor(rest / side);
      return at;
    })
    .toReversed();
}

/** A window that slides over the spatial axes; sizes in pixels. */
export interface Window {
  readonly kernel: Axes;
  readonly stride: Axes;
  readonly dilation: Axes;
  /** Before the first pixel of each axis: above and left of an image. */
  readonly before: Axes;
  /** Behind the last one; differs from `before` only for `same` with an even window. */
  readonly after: Axes;
}

/**
 * What outputs see of the input: one output `reach` pixels, its neighbor the same `stride` pixels further on. Layers
 * that enlarge have fractions here; m neighbors see reach + (m − 1)·stride pixels at most, rounded down.
 */
export interface View {
  readonly reach: Axes;
  readonly stride: Axes;
}

/**
 * How many positions of the window fit along each axis.
 * `floor`: floor((size + before + after − dilation·(kernel − 1) − 1) / stride) + 1.
 * `ceil`: the same with ceil, less one when the last window would start beyond the input and its left padding.
 * Source: PyTorch, `pooling_output_shape` (aten/src/ATen/native/Pool.h) and the Conv2d documentation.
 * Throws `window-too-large` when no position is left.
 */
export function slide(size: Axes, w: Window, rounding: 'floor' | 'ceil' = 'floor'): number[] {
  const padded = perAxis([size, w.before, w.after], (side, before, after) => side + before + after);
  const reach = reachOf(w);
  const counts = perAxis([size, padded, reach, w.stride, w.before], (side, whole, seen, stride, before) => {
    if (rounding === 'floor') return Math.floor((whole - seen) / stride) + 1;
    const count = Math.floor((whole - seen + stride - 1) / stride) + 1;
    return (count - 1) * stride >= side + before ? count - 1 : count;
  });
  if (counts.some((count) => count < 1)) throw new VggError('window-too-large', { size, padded, reach });
  return counts;
}

/** Pixels that the dilated window spans. */
export const reachOf = ({ kernel, dilation }: Pick<Window, 'kernel' | 'dilation'>): number[] =>
  perAxis([kernel, dilation], (side, gap) => gap * (side - 1) + 1);
