import { elements, product } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { valueError } from '../python/values/exceptions.ts';
import { claimElements, tick } from '../python/state.ts';
import { bool, float32, int64, rounded, Tensor, type Dtype } from './tensor.ts';

/** Shapes that broadcast against each other give this one. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const one = a[i - rank + a.length] ?? 1;
    const other = b[i - rank + b.length] ?? 1;
    if (one !== other && one !== 1 && other !== 1) {
      throw valueError(`The size of tensor a (${one}) must match the size of tensor b (${other})`);
    }
    return one === 1 ? other : one;
  });
}

export const strides = (shape: Shape): number[] => shape.map((_, i) => product(shape.slice(i + 1)));

/** For each element of `shape` the place that `at` gives for its coordinates. */
export function placesOf(shape: Shape, at: (coordinates: readonly number[]) => number): number[] {
  const count = elements(shape);
  claimElements(0, count);
  tick(count / 16);
  const coordinates = shape.map(() => 0);
  const places: number[] = [];
  for (let i = 0; i < count; i++) {
    places.push(at(coordinates));
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++coordinates[axis]! < shape[axis]!) break;
      coordinates[axis] = 0;
    }
  }
  return places;
}

/** The values of a tensor as another shape sees them. */
export function spread({ shape, values }: Tensor, to: Shape): readonly number[] {
  if (shape.length === to.length && shape.every((size, i) => size === to[i])) return values!;
  const steps = strides(shape);
  const shift = to.length - shape.length;
  return placesOf(to, (at) =>
    steps.reduce((sum, step, i) => sum + (shape[i] === 1 ? 0 : at[i + shift]! * step), 0),
  ).map((place) => values![place]!);
}

export const scalar = (value: number, dtype: Dtype = float32) => new Tensor([], { values: [value], dtype });

/** Of two types that meet: floats over integers over booleans. A number without dimensions gives way. */
function common(a: Tensor, b: Tensor): Dtype {
  const rank = ({ name, floats }: Dtype) => (floats ? (name === 'float64' ? 4 : 3) : name === 'bool' ? 0 : 1);
  const [one, other] = [rank(a.dtype), rank(b.dtype)];
  const category = (value: number) => (value >= 3 ? 2 : value);
  if (category(one) === category(other) && (a.shape.length === 0) !== (b.shape.length === 0))
    return a.shape.length === 0 ? b.dtype : a.dtype;
  return one >= other ? a.dtype : b.dtype;
}

type Binary = (a: number, b: number) => number;
const compare =
  (test: (a: number, b: number) => boolean): Binary =>
  (a, b) =>
    Number(test(a, b));

interface Operation {
  readonly compute: Binary;
  /** The type of the result; of both when left out. */
  readonly gives?: 'bool' | 'float';
}

/** What two tensors of values give, by PyTorch's names. */
export const binaries: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['add', { compute: (a, b) => a + b }],
  ['sub', { compute: (a, b) => a - b }],
  ['mul', { compute: (a, b) => a * b }],
  ['div', { compute: (a, b) => a / b, gives: 'float' }],
  ['floor_divide', { compute: (a, b) => Math.floor(a / b) }],
  ['remainder', { compute: (a, b) => a - b * Math.floor(a / b) }],
  ['pow', { compute: (a, b) => a ** b }],
  ['maximum', { compute: Math.max }],
  ['minimum', { compute: Math.min }],
  ['eq', { compute: compare((a, b) => a === b), gives: 'bool' }],
  ['ne', { compute: compare((a, b) => a !== b), gives: 'bool' }],
  ['lt', { compute: compare((a, b) => a < b), gives: 'bool' }],
  ['le', { compute: compare((a, b) => a <= b), gives: 'bool' }],
  ['gt', { compute: compare((a, b) => a > b), gives: 'bool' }],
  ['ge', { compute: compare((a, b) => a >= b), gives: 'bool' }],
  ['logical_and', { compute: compare((a, b) => a !== 0 && b !== 0), gives: 'bool' }],
  ['logical_or', { compute: compare((a, b) => a !== 0 || b !== 0), gives: 'bool' }],
]);

export function computeBinary(name: string, a: Tensor, b: Tensor): Tensor {
  const { compute, gives } = binaries.get(name)!;
  const shape = broadcast(a.shape, b.shape);
  const met = common(a, b);
  const dtype = gives === 'bool' ? bool : gives === 'float' && !met.floats ? float32 : met;
  if (!a.values || !b.values) return new Tensor(shape, { dtype });
  const [left, right] = [spread(a, shape), spread(b, shape)];
  return new Tensor(shape, {
    dtype,
    values: left.map((value, i) => rounded(compute(value, right[i]!), dtype)),
  });
}

const halfEven = (value: number) => {
  const floor = Math.floor(value);
  const part = value - floor;
  return part === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(value);
};

interface Unary {
  readonly compute: (value: number) => number;
  /** Keeps integers as they are. */
  readonly keeps?: true;
}

export const unaries: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['neg', { compute: (x) => -x, keeps: true }],
  ['abs', { compute: Math.abs, keeps: true }],
  ['sign', { compute: Math.sign, keeps: true }],
  ['floor', { compute: Math.floor, keeps: true }],
  ['ceil', { compute: Math.ceil, keeps: true }],
  ['round', { compute: halfEven, keeps: true }],
  ['exp', { compute: Math.exp }],
  ['log', { compute: Math.log }],
  ['log2', { compute: Math.log2 }],
  ['log1p', { compute: Math.log1p }],
  ['sqrt', { compute: Math.sqrt }],
  ['rsqrt', { compute: (x) => 1 / Math.sqrt(x) }],
  ['reciprocal', { compute: (x) => 1 / x }],
  ['sin', { compute: Math.sin }],
  ['cos', { compute: Math.cos }],
  ['tanh', { compute: Math.tanh }],
  ['sigmoid', { compute: (x) => 1 / (1 + Math.exp(-x)) }],
]);

export function computeUnary(name: string, x: Tensor): Tensor {
  const { compute, keeps } = unaries.get(name)!;
  const dtype = x.dtype.floats || keeps ? x.dtype : float32;
  return new Tensor(x.shape, {
    dtype,
    ...(x.values && { values: x.values.map((value) => rounded(compute(value), dtype)) }),
  });
}

const folds: ReadonlyMap<string, (values: readonly number[]) => number> = new Map([
  ['sum', (values) => values.reduce((a, b) => a + b, 0)],
  ['mean', (values) => values.reduce((a, b) => a + b, 0) / values.length],
  ['prod', (values) => values.reduce((a, b) => a * b, 1)],
  ['amax', (values) => Math.max(...values)],
  ['amin', (values) => Math.min(...values)],
  ['any', (values) => Number(values.some(Boolean))],
  ['all', (values) => Number(values.every(Boolean))],
]);

/** `axes` from the front. */
export function computeReduction(name: string, x: Tensor, axes: readonly number[], keepdim: boolean): Tensor {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const shape = keepdim ? kept : kept.filter((_, axis) => !axes.includes(axis));
  const dtype = name === 'any' || name === 'all' ? bool : x.dtype === bool ? int64 : x.dtype;
  if (!x.values) return new Tensor(shape, { dtype });
  const groups: number[][] = Array.from({ length: product(kept) }, () => []);
  const steps = strides(kept);
  placesOf(x.shape, (at) =>
    steps.reduce((sum, step, axis) => sum + (axes.includes(axis) ? 0 : at[axis]! * step), 0),
  ).forEach((place, i) => groups[place]!.push(x.values![i]!));
  const fold = folds.get(name)!;
  return new Tensor(shape, { dtype, values: groups.map((values) => rounded(fold(values), dtype)) });
}

/** The same elements in another shape. */
export const reshapedValues = (x: Tensor, shape: Shape) =>
  new Tensor(shape, { dtype: x.dtype, ...(x.values && { values: x.values }) });

export function permutedValues(x: Tensor, dims: readonly number[]): Tensor {
  const shape = dims.map((dim) => x.shape[dim]!);
  if (!x.values) return new Tensor(shape, { dtype: x.dtype });
  const steps = strides(x.shape);
  const places = placesOf(shape, (at) => dims.reduce((sum, dim, i) => sum + at[i]! * steps[dim]!, 0));
  return new Tensor(shape, { dtype: x.dtype, values: places.map((place) => x.values![place]!) });
}

export function joinedValues(tensors: readonly Tensor[], dim: number): Tensor {
  const [first] = tensors;
  const sizes = tensors.map(({ shape }) => shape[dim]!);
  const shape = first!.shape.with(
    dim,
    sizes.reduce((a, b) => a + b, 0),
  );
  const dtype = tensors.map((one) => one.dtype).reduce((a, b) => (a.floats ? a : b));
  if (tensors.some(({ values }) => !values)) return new Tensor(shape, { dtype });
  const inner = product(shape.slice(dim + 1));
  const outer = product(shape.slice(0, dim));
  const values: number[] = [];
  for (let i = 0; i < outer; i++) {
    for (const [k, tensor] of tensors.entries()) {
      const count = sizes[k]! * inner;
      for (let j = 0; j < count; j++) values.push(tensor.values![i * count + j]!);
    }
  }
  return new Tensor(shape, { dtype, values });
}
