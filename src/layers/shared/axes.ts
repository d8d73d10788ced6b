import { VggError } from '../../core/errors/error.ts';
import { permuted, type Layout } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import { dimension } from './dimension.ts';
import type { Operators, Value } from './operators.ts';
import { viewAs } from './view.ts';

/** Dimensions counted from the front. Throws `no-such-dimension`. */
export const order = (dims: readonly number[], shape: Shape): number[] =>
  dims.map((dim) => dimension(dim, shape));

/** Dimensions counted from the front, each named once. Throws `no-such-dimension` and `dimension-twice`. */
export function distinct(dims: readonly number[], shape: Shape): number[] {
  const axes = order(dims, shape);
  if (new Set(axes).size !== axes.length) throw new VggError('dimension-twice', { dims, shape });
  return axes;
}

/** All axes in their order, but for two that change places. */
export function swap(dim0: number, dim1: number, shape: Shape): number[] {
  const [first, second] = [dimension(dim0, shape), dimension(dim1, shape)];
  return shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
}

/** A tensor seen without one of its axes. */
export const without = ({ shape, strides }: Layout, axis: number): Layout => ({
  shape: shape.toSpliced(axis, 1),
  strides: strides.toSpliced(axis, 1),
});

/** The order that takes one back. */
export const inverse = (axes: readonly number[]): number[] => axes.map((_, axis) => axes.indexOf(axis));

/** A view with the axes in this order. */
export const reordered = (operators: Operators, x: Value, axes: readonly number[]): Value =>
  viewAs(operators, x, permuted(x, axes), { axes: inverse(axes) });
