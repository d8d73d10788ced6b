import { sameShape, type Shape } from './shape.ts';

/** How many elements further on in its storage a tensor's next element along each axis lies; 0 where it repeats. */
export type Strides = readonly number[];

/** A tensor as its storage holds it. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: Strides;
}

/** Row after row, without gaps: the last axis runs fastest. */
export function contiguousStrides(shape: Shape): Strides {
  const strides = shape.slice();
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    if (shape[axis]! > 1) step *= shape[axis]!;
  }
  return strides;
}

/** The strides of a tensor without gaps whose axes run in this order, the slowest first. */
function stridesInOrder(shape: Shape, slowestFirst: readonly number[]): Strides {
  const strides = shape.map(() => 0);
  let step = 1;
  for (let i = slowestFirst.length - 1; i >= 0; i--) {
    const axis = slowestFirst[i]!;
    strides[axis] = step;
    step *= Math.max(shape[axis]!, 1);
  }
  return strides;
}

/** Whether the elements lie row after row; an axis of one element has nowhere to step to. Source: c10::_compute_contiguous. */
export function isContiguous({ shape, strides }: Layout): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    if (size === 1) continue;
    if (strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Whether each element has a place of its own and there are no others. Source: c10::_compute_non_overlapping_and_dense. */
export function isDense(layout: Layout): boolean {
  if (isContiguous(layout)) return true;
  const { shape, strides } = layout;
  const axes = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  axes.sort((a, b) => strides[a]! - strides[b]!);
  let expected = 1;
  for (const axis of axes) {
    if (strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/**
 * The strides with which the same storage is seen in another shape, undefined where it has to be copied for that.
 * Source: at::detail::computeStride.
 */
export function viewStrides({ shape, strides }: Layout, wanted: Shape): Strides | undefined {
  if (shape.includes(0)) return contiguousStrides(wanted);
  const result = wanted.map(() => 1);
  let at = wanted.length - 1;
  let [chunk, seen, step] = [1, 1, strides.at(-1) ?? 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    chunk *= shape[axis]!;
    const ends = axis === 0 || (shape[axis - 1] !== 1 && strides[axis - 1] !== chunk * step);
    if (!ends) continue;
    while (at >= 0 && (seen < chunk || wanted[at] === 1)) {
      result[at] = seen * step;
      seen *= wanted[at--]!;
    }
    if (seen !== chunk) return undefined;
    if (axis > 0) [chunk, seen, step] = [1, 1, strides[axis - 1]!];
  }
  return at === -1 ? result : undefined;
}

/** The axes in another order. */
export const permuted = ({ shape, strides }: Layout, axes: readonly number[]): Layout => ({
  shape: axes.map((axis) => shape[axis]!),
  strides: axes.map((axis) => strides[axis]!),
});

/** Axes of size 1 repeated, and new ones in front. */
export const expanded = ({ shape, strides }: Layout, wanted: Shape): Layout => ({
  shape: wanted,
  strides: wanted.map((size, i) => {
    const axis = i - wanted.length + shape.length;
    return axis < 0 || shape[axis] !== size ? 0 : strides[axis]!;
  }),
});

/** The strides of images whose channels run fastest: N×H×W×C as N×C×H×W. */
export function channelsLastStrides(shape: Shape): Strides {
  return stridesInOrder(shape, [0, ...shape.map((_, axis) => axis).slice(2), 1]);
}

/** Whether images or volumes lie channels last. Source: c10::is_channels_last_strides_2d and _3d. */
export function isChannelsLast({ shape, strides }: Layout): boolean {
  if (shape.length !== 4 && shape.length !== 5) return false;
  if (strides[1] === 0) return false;
  let least = 0;
  for (const axis of [
    1,
    ...shape
      .map((_, i) => i)
      .slice(2)
      .reverse(),
    0,
  ]) {
    const [size, stride] = [shape[axis]!, strides[axis]!];
    if (size === 0 || stride < least) return false;
    // N×C×1×1 lies both ways, and is then taken to lie as usual.
    if (axis === 0 && least === strides[1]) return false;
    least = stride * Math.max(size, 1);
  }
  return true;
}

/** How a kernel lays out a result of the shape and kind of what comes in. Source: TensorIteratorBase::reorder_dimensions. */
export function elementwiseStrides(shape: Shape, operands: readonly Layout[]): Strides {
  const [first] = operands;
  if (first && operands.every((one) => sameLayout(one, shape, first.strides)) && isDense(first))
    return first.strides;
  const stretched = operands.map((operand) => expanded(operand, shape).strides);
  return stridesInOrder(shape, slowestFirst(shape, stretched));
}

const sameLayout = (layout: Layout, shape: Shape, strides: Strides): boolean =>
  sameShape(layout.shape, shape) && (layout.strides === strides || sameShape(layout.strides, strides));

/** The axes sorted by the first operand that tells two of them apart; of equals the first is the slower. */
function slowestFirst(shape: Shape, operands: readonly Strides[]): number[] {
  const fastestFirst = shape.map((_, axis) => shape.length - 1 - axis);
  const swapped = (a: number, b: number): number => {
    for (const strides of operands) {
      const [first, second] = [strides[a]!, strides[b]!];
      if (first === 0 || second === 0) continue;
      if (first !== second) return first > second ? 1 : -1;
      if (shape[a]! > shape[b]!) return 1;
    }
    return 0;
  };
  for (let i = 1; i < fastestFirst.length; i++) {
    let at = i;
    for (let before = i - 1; before >= 0; before--) {
      const order = swapped(fastestFirst[before]!, fastestFirst[at]!);
      if (order > 0) {
        [fastestFirst[before], fastestFirst[at]] = [fastestFirst[at]!, fastestFirst[before]!];
        at = before;
      } else if (order < 0) {
        break;
      }
    }
  }
  return fastestFirst.reverse();
}
