import { sameShape, type Shape } from '../../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { perAxis, type Axes } from '../window.ts';

/** Small operators from which the layers' formulas are put together. Shapes follow ONNX's broadcasting. */

export const add = (g: OnnxGraph, a: Tensor, b: Tensor): Tensor => binary(g, 'Add', a, b);
export const subtract = (g: OnnxGraph, a: Tensor, b: Tensor): Tensor => binary(g, 'Sub', a, b);
export const multiply = (g: OnnxGraph, a: Tensor, b: Tensor): Tensor => binary(g, 'Mul', a, b);
export const divide = (g: OnnxGraph, a: Tensor, b: Tensor): Tensor => binary(g, 'Div', a, b);

function binary(g: OnnxGraph, operator: string, a: Tensor, b: Tensor): Tensor {
  return g.run(operator, [a, b], { shape: broadcast(a.shape, b.shape), type: a.type });
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) =>
    Math.max(a[i + a.length - rank] ?? 1, b[i + b.length - rank] ?? 1),
  );
}

export const scale = (g: OnnxGraph, x: Tensor, factor: number): Tensor =>
  factor === 1 ? x : multiply(g, x, g.constant(factor, x.type));

export const shift = (g: OnnxGraph, x: Tensor, by: number): Tensor =>
  by === 0 ? x : add(g, x, g.constant(by, x.type));

/** `Sqrt`, `Exp`, `Relu` and their like. */
export const elementwise = (g: OnnxGraph, operator: string, x: Tensor): Tensor => g.run(operator, [x], x);

/** `Less`, `Greater` and their like. */
export const compare = (g: OnnxGraph, operator: string, a: Tensor, b: Tensor): Tensor =>
  g.run(operator, [a, b], { shape: broadcast(a.shape, b.shape), type: 'bool' });

/** 1 where the two are the same, elsewhere 0. */
export function same(g: OnnxGraph, a: Tensor, b: Tensor): Tensor {
  const holds = compare(g, 'Equal', a, b);
  return g.run('Cast', [holds], holds.shape, { to: FLOAT });
}

/** ONNX's number of float32. */
const FLOAT = 1;

/** The numbers as float32. */
export const floats = (g: OnnxGraph, x: Tensor): Tensor =>
  x.type === 'float32' ? x : g.run('Cast', [x], x.shape, { to: FLOAT });

/** `a` where the condition holds, elsewhere `b`. */
export const where = (g: OnnxGraph, condition: Tensor, a: Tensor, b: Tensor): Tensor =>
  g.run('Where', [condition, a, b], {
    shape: broadcast(condition.shape, broadcast(a.shape, b.shape)),
    type: a.type,
  });

export const zero = (g: OnnxGraph): Tensor => g.constant(0);

export function reshape(g: OnnxGraph, x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  // −1 is what the others leave, so that a batch may be of any size.
  const sizes = shape.map((size, axis) => (axis === 0 ? -1 : size));
  return g.run('Reshape', [x, g.constant(sizes, 'int64', [sizes.length])], { shape, type: x.type });
}

export function transpose(g: OnnxGraph, x: Tensor, axes: readonly number[]): Tensor {
  const shape = axes.map((axis) => x.shape[axis]!);
  return g.run('Transpose', [x], { shape, type: x.type }, { perm: axes });
}

/** Sum over `axes`, which stay with size 1. */
export const sum = (g: OnnxGraph, x: Tensor, axes: readonly number[]): Tensor =>
  reduce(g, 'ReduceSum', x, axes);
export const mean = (g: OnnxGraph, x: Tensor, axes: readonly number[]): Tensor =>
  reduce(g, 'ReduceMean', x, axes);

/** Over `axes`, which stay with size 1. */
export function reduce(g: OnnxGraph, operator: string, x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return g.run(operator, [x, g.constant(axes, 'int64', [axes.length])], { shape, type: x.type });
}

/** The gradient of something that was stretched from `shape` to the gradient's own. */
export function sumTo(g: OnnxGraph, gradient: Tensor, shape: Shape): Tensor {
  const ahead = gradient.shape.length - shape.length;
  const stretched = gradient.shape.flatMap((size, axis) => (size === shape[axis - ahead] ? [] : [axis]));
  return stretched.length === 0 ? gradient : reshape(g, sum(g, gradient, stretched), shape);
}

export const expand = (g: OnnxGraph, x: Tensor, shape: Shape): Tensor =>
  g.run('Expand', [x, g.constant(shape, 'int64', [shape.length])], { shape, type: x.type });

/** The same where the first axis is the batch, which may be of any size. */
export function expandTo(g: OnnxGraph, x: Tensor, shape: Shape): Tensor {
  const ahead = shape.length - x.shape.length;
  const sizes = shape.map((size, axis) => (size === x.shape[axis - ahead] ? 1 : size));
  return g.run('Expand', [x, g.constant(sizes, 'int64', [sizes.length])], { shape, type: x.type });
}

/** The same with the batch of another tensor; where sizes cannot be computed, with the size that it has. */
export function expandWithBatch(g: OnnxGraph, x: Tensor, shape: Shape, like: Tensor): Tensor {
  if (!g.wide) return expand(g, x, shape);
  const all = g.run('Shape', [like], { shape: [like.shape.length], type: 'int64' });
  const batch = slice(g, all, [{ axis: 0, start: 0, count: 1 }]);
  const rest = g.constant(shape.slice(1), 'int64', [shape.length - 1]);
  return g.run('Expand', [x, concat(g, [batch, rest], 0)], { shape, type: x.type });
}

/** Product of the last two axes, the axes before them broadcast. */
export function matmul(g: OnnxGraph, a: Tensor, b: Tensor): Tensor {
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!];
  return g.run('MatMul', [a, b], { shape, type: a.type });
}

/** a·bᵀ over the last two axes. */
export function matmulTransposed(g: OnnxGraph, a: Tensor, b: Tensor): Tensor {
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-2)!];
  return g.run('com.microsoft.FusedMatMul', [a, b], { shape, type: a.type }, { transB: 1 });
}

/** aᵀ·b over the last two axes. */
export function transposedMatmul(g: OnnxGraph, a: Tensor, b: Tensor): Tensor {
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-1)!, b.shape.at(-1)!];
  return g.run('com.microsoft.FusedMatMul', [a, b], { shape, type: a.type }, { transA: 1 });
}

export interface Range {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step?: number;
}

export function slice(g: OnnxGraph, x: Tensor, ranges: readonly Range[]): Tensor {
  const cut = ranges.filter(
    ({ axis, start, count, step = 1 }) => start > 0 || count < x.shape[axis]! || step !== 1,
  );
  if (cut.length === 0) return x;
  const shape = x.shape.map((size, axis) => cut.find((range) => range.axis === axis)?.count ?? size);
  const list = (values: readonly number[]) => g.constant(values, 'int64', [values.length]);
  return g.run(
    'Slice',
    [
      x,
      list(cut.map(({ start }) => start)),
      list(cut.map(({ start, count, step = 1 }) => start + (count - 1) * step + 1)),
      list(cut.map(({ axis }) => axis)),
      list(cut.map(({ step = 1 }) => step)),
    ],
    { shape, type: x.type },
  );
}

export function concat(g: OnnxGraph, parts: readonly Tensor[], axis: number): Tensor {
  if (parts.length === 1) return parts[0]!;
  const total = parts.reduce((size, { shape }) => size + shape[axis]!, 0);
  return g.run('Concat', parts, { shape: parts[0]!.shape.with(axis, total), type: parts[0]!.type }, { axis });
}

/** Zeros before and behind along one axis; negative ones cut away. */
export function padAxis(g: OnnxGraph, x: Tensor, axis: number, before: number, after: number): Tensor {
  const sizes = (size: number) => x.shape.map((_, i) => (i === axis ? size : 0));
  return padAxes(g, x, sizes(before), sizes(after));
}

/** A border of one number, with a size before and one behind for each axis; negative ones cut away. */
export function padAxes(g: OnnxGraph, x: Tensor, before: Axes, after: Axes, value = 0): Tensor {
  if ([...before, ...after].every((size) => size === 0)) return x;
  const pads = g.constant([...before, ...after], 'int64', [2 * x.shape.length]);
  const shape = perAxis([x.shape, before, after], (side, first, last) => side + first + last);
  return g.run('Pad', [x, pads, value === 0 ? undefined : g.constant(value, x.type)], {
    shape,
    type: x.type,
  });
}

/** Borders of the spatial axes, `before` their first and `after` their last pixel; negative ones cut away. */
export function pad(g: OnnxGraph, x: Tensor, before: Axes, after: Axes, value = 0): Tensor {
  return padAxes(g, x, [0, 0, ...before], [0, 0, ...after], value);
}
