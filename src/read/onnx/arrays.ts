import { elements } from '../../core/arithmetic.ts';
import { contiguousStrides } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import { MOST_DIMENSIONS, MOST_INTEGERS } from '../../onnx/tensor-data.ts';

/** A small array of numbers; without them where they are many or not known. */
export interface Numbers {
  readonly shape: Shape;
  readonly values?: Float64Array | undefined;
}

/** Elements of all inputs of one operation, stretched. */
const MOST_WORK = 2 ** 20;

/** The array of that shape whose element at each place is the one that `at` names in the other. */
function gathered(shape: Shape, from: Numbers, at: (place: readonly number[]) => readonly number[]): Numbers {
  const count = elements(shape);
  const { values } = from;
  if (!values || count > MOST_INTEGERS || shape.length > MOST_DIMENSIONS) return { shape };
  const steps = contiguousStrides(from.shape);
  const found = new Float64Array(count);
  const place = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    found[i] = values[at(place).reduce((sum, index, axis) => sum + index * steps[axis]!, 0)] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis]!++;
      if (place[axis]! < shape[axis]!) break;
      place[axis] = 0;
    }
  }
  return { shape, values: found };
}

export const transposed = (from: Numbers, order: readonly number[]): Numbers =>
  gathered(
    order.map((axis) => from.shape[axis]!),
    from,
    (place) => from.shape.map((_, axis) => place[order.indexOf(axis)]!),
  );

/** Every `step`-th place of an axis from `start` on. */
export const strided = (from: Numbers, axis: number, start: number, step: number, count: number): Numbers =>
  gathered(from.shape.with(axis, count), from, (place) => place.with(axis, start + step * place[axis]!));

/** The places of an axis that the indices name, which bring their own shape. */
export function taken(from: Numbers, axis: number, indices: Numbers): Numbers {
  const rank = indices.shape.length;
  const shape = [...from.shape.slice(0, axis), ...indices.shape, ...from.shape.slice(axis + 1)];
  if (!indices.values) return { shape };
  const steps = contiguousStrides(indices.shape);
  return gathered(shape, from, (place) => {
    const which = place.slice(axis, axis + rank).reduce((sum, index, i) => sum + index * steps[i]!, 0);
    const index = indices.values![which]!;
    const size = from.shape[axis]!;
    return [...place.slice(0, axis), index < 0 ? index + size : index, ...place.slice(axis + rank)];
  });
}

/** Sizes of 1 repeated and new ones in front. */
export const expanded = (from: Numbers, shape: Shape): Numbers =>
  gathered(shape, from, (place) =>
    from.shape.map((size, axis) => (size === 1 ? 0 : place[axis + shape.length - from.shape.length]!)),
  );

export function joined(parts: readonly Numbers[], axis: number): Numbers {
  const [first] = parts;
  if (!first) return { shape: [0], values: new Float64Array() };
  const shape = first.shape.with(
    axis,
    parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0),
  );
  if (elements(shape) > MOST_INTEGERS || parts.some(({ values }) => !values)) return { shape };
  const blocks = elements(shape.slice(0, axis));
  const found = new Float64Array(elements(shape));
  let at = 0;
  for (let block = 0; block < blocks; block++) {
    for (const { shape: own, values } of parts) {
      const length = elements(own.slice(axis));
      found.set(values!.subarray(block * length, (block + 1) * length), at);
      at += length;
    }
  }
  return { shape, values: found };
}

/** What a function makes of elements that are stretched to one shape; undefined where they do not fit. */
export function mapped(arrays: readonly Numbers[], f: (...values: number[]) => number): Numbers | undefined {
  const shape = commonShape(arrays.map((array) => array.shape));
  if (!shape) return undefined;
  if (arrays.length * elements(shape) > MOST_WORK) return { shape };
  const stretched = arrays.map((array) => expanded(array, shape).values);
  if (stretched.some((values) => !values)) return { shape };
  const count = stretched[0]!.length;
  return {
    shape,
    values: Float64Array.from({ length: count }, (_, i) => f(...stretched.map((values) => values![i]!))),
  };
}

/** The shape to which all are stretched; undefined where they do not fit. Source: ONNX, "Broadcasting in ONNX". */
export function commonShape(shapes: readonly Shape[]): number[] | undefined {
  const rank = shapes.reduce((most, { length }) => Math.max(most, length), 0);
  const common: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((one) => one !== 1) ?? 1;
    if (sizes.some((one) => one !== 1 && one !== size)) return undefined;
    common.push(size);
  }
  return common;
}
