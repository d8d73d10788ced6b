import { product } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import { method } from '../../python/operate/native.ts';
import { nativeItem } from '../../python/operate/items.ts';
import { raised } from '../../python/values/exceptions.ts';
import { Ellipsis, PyGetSet, PyIterator, PyList, PySlice, PyTuple } from '../../python/values/values.ts';
import type { Value } from '../../python/values/object.ts';
import { intOf, intsOf, isSequence, maybeNumber, sizesOf, tensorOf, tensorsOf } from '../arguments.ts';
import { emit, emitAll, tracing, unknown } from '../trace.ts';
import { sizeClass, sizeOf, Tensor, tensorClass, int64 } from '../tensor.ts';
import { joinedValues, permutedValues, placesOf, reshapedValues, spread, strides } from '../values.ts';
import { become } from './arithmetic.ts';
import { everywhere, operation, type Operation } from './define.ts';
import { pythonNumber } from './numbers.ts';

const bound = (tensor: Tensor) => tracing.current?.isBound(tensor) ?? false;
const axis = (dim: number, rank: number) => (dim < 0 ? dim + rank : dim);

/** Applies a layer that moves elements, to shapes in a graph, else to the values. */
const moved = (x: Tensor, kind: string, attributes: object, values: () => Tensor, name = kind): Tensor =>
  bound(x) || !x.values ? emit(kind, attributes, [x], { name }) : values();

function resolved(x: Tensor, sizes: readonly number[]): number[] {
  const open = sizes.indexOf(-1);
  if (open === -1) return [...sizes];
  return sizes.with(open, product(x.shape) / product(sizes.filter((size) => size !== -1)));
}

function reshape(x: Tensor, sizes: readonly number[], name = 'reshape'): Tensor {
  if (sizes.length === 0 && !bound(x)) return reshapedValues(x, []);
  return moved(
    x,
    'reshape',
    { shape: [...sizes], start_dim: 0 },
    () => reshapedValues(x, resolved(x, sizes)),
    name,
  );
}

function permute(x: Tensor, dims: readonly number[], name = 'permute'): Tensor {
  const order = dims.map((dim) => axis(dim, x.shape.length));
  return moved(x, 'permute', { dims: [...dims] }, () => permutedValues(x, order), name);
}

export function transpose(x: Tensor, dim0: number, dim1: number, name = 'transpose'): Tensor {
  const order = x.shape.map((_, i) => i);
  const [a, b] = [axis(dim0, order.length), axis(dim1, order.length)];
  [order[a], order[b]] = [order[b]!, order[a]!];
  return moved(x, 'transpose', { dim0, dim1 }, () => permutedValues(x, order), name);
}

const unsqueeze = (x: Tensor, dim: number): Tensor =>
  moved(x, 'unsqueeze', { dim }, () =>
    reshapedValues(x, x.shape.toSpliced(axis(dim, x.shape.length + 1), 0, 1)),
  );

function squeeze(x: Tensor, dim?: number): Tensor {
  const gone = (size: number, i: number) =>
    size === 1 && (dim === undefined || i === axis(dim, x.shape.length));
  if (dim !== undefined && x.shape[axis(dim, x.shape.length)] !== 1) return x;
  return moved(x, 'squeeze', dim === undefined ? {} : { dim }, () =>
    reshapedValues(
      x,
      x.shape.filter((size, i) => !gone(size, i)),
    ),
  );
}

function flatten(x: Tensor, start = 0, end = -1): Tensor {
  const rank = x.shape.length;
  const [from, to] = [axis(start, rank), axis(end, rank)];
  const shape = [...x.shape.slice(0, from), product(x.shape.slice(from, to + 1)), ...x.shape.slice(to + 1)];
  return moved(x, 'flatten', { start_dim: start, end_dim: end }, () => reshapedValues(x, shape));
}

function expand(x: Tensor, sizes: readonly number[]): Tensor {
  const shape = sizes.map((size, i) => (size === -1 ? x.shape[i - sizes.length + x.shape.length]! : size));
  return moved(
    x,
    'expand',
    { size: shape },
    () => new Tensor(shape, { dtype: x.dtype, values: spread(x, shape) }),
  );
}

function cat(tensors: readonly Tensor[], dim: number): Tensor {
  // An empty tensor of one dimension is passed over, as torch does.
  const all = tensors.filter(({ shape }) => !(shape.length === 1 && shape[0] === 0));
  const [only] = all;
  if (!all.some(bound) && only && all.every(({ values }) => values))
    return joinedValues(all, axis(dim, only.shape.length));
  return emit('concat', { dim }, all, { name: 'cat' });
}

function stack(tensors: readonly Tensor[], dim: number): Tensor {
  if (tensors.some((one) => bound(one) || !one.values))
    return emit('stack', { dim }, tensors, { name: 'stack' });
  const place = axis(dim, tensors[0]!.shape.length + 1);
  return joinedValues(
    tensors.map((one) => unsqueeze(one, place)),
    place,
  );
}

type Part = number | PySlice | Tensor | null | undefined;

/** What stands in the brackets, one for each dimension; an ellipsis is as many slices as are left. */
function partsOf(index: Value, rank: number): Part[] {
  const given = index instanceof PyTuple ? index.items : [index];
  const taken = given.filter((one) => one !== null && one !== Ellipsis).length;
  return given.flatMap((one): Part[] => {
    if (one === Ellipsis) return Array.from({ length: rank - taken }, () => undefined);
    if (one === null || one instanceof PySlice) return [one];
    if (one instanceof Tensor) return one.shape.length === 0 && one.values ? [one.values[0]] : [one];
    const number = maybeNumber(one);
    if (number === undefined || typeof one === 'boolean') throw unknown('an index of this kind');
    return [number];
  });
}

export function getItem(x: Tensor, index: Value): Tensor {
  let result = x;
  let dim = 0;
  for (const part of partsOf(index, x.shape.length)) {
    if (part === undefined) dim++;
    else if (part === null) result = unsqueeze(result, dim++);
    else if (typeof part === 'number') result = select(result, dim, part);
    else if (part instanceof PySlice) result = slice(result, dim++, part);
    else {
      result = indexed(result, dim, part);
      dim += part.shape.length;
    }
  }
  return result;
}

function taken(x: Tensor, shape: Shape, at: (coordinates: readonly number[]) => number): Tensor {
  return new Tensor(shape, { dtype: x.dtype, values: placesOf(shape, at).map((place) => x.values![place]!) });
}

const offset = (coordinates: readonly number[], steps: readonly number[]) =>
  steps.reduce((sum, step, i) => sum + coordinates[i]! * step, 0);

function select(x: Tensor, dim: number, index: number): Tensor {
  const size = x.shape[axis(dim, x.shape.length)];
  if (size === undefined) throw raised('IndexError', 'too many indices for tensor');
  const place = axis(index, size);
  if (place < 0 || place >= size)
    throw raised('IndexError', `index ${index} is out of bounds for dimension ${dim} with size ${size}`);
  const along = axis(dim, x.shape.length);
  return moved(x, 'select', { dim, index }, () =>
    taken(x, x.shape.toSpliced(along, 1), (at) => offset(at.toSpliced(along, 0, place), strides(x.shape))),
  );
}

function slice(x: Tensor, dim: number, part: PySlice): Tensor {
  const size = x.shape[dim];
  if (size === undefined) throw raised('IndexError', 'too many indices for tensor');
  const whole = nativeItem(new PyTuple(Array.from({ length: size }, (_, i) => i)), part) as PyTuple;
  const places = whole.items as readonly number[];
  if (places.length === size && places.every((place, i) => place === i)) return x;
  const step = part.step === null ? 1 : intOf(part.step);
  const bounds = { start: places[0] ?? 0, end: places.length === 0 ? (places[0] ?? 0) : places.at(-1)! + 1 };
  return moved(x, 'slice', { dim, ...bounds, step }, () =>
    taken(x, x.shape.with(dim, places.length), (at) =>
      offset(at.with(dim, places[at[dim]!]!), strides(x.shape)),
    ),
  );
}

function indexed(x: Tensor, dim: number, places: Tensor): Tensor {
  if (places.dtype.name === 'bool') throw unknown('an index of booleans');
  if (!bound(x) && x.values && places.values) {
    const rank = places.shape.length;
    const shape = x.shape.toSpliced(dim, 1, ...places.shape);
    const own = strides(places.shape);
    return taken(x, shape, (at) => {
      const place = places.values![offset(at.slice(dim, dim + rank), own)]!;
      return offset(at.toSpliced(dim, rank, axis(place, x.shape[dim]!)), strides(x.shape));
    });
  }
  return emit('index', { dim }, [x, places], { name: 'index' });
}

/** Only of tensors that are values. */
function setItem(x: Tensor, index: Value, to: Value): void {
  if (bound(x)) throw unknown('an assignment to a part of a tensor');
  if (!x.values || (to instanceof Tensor && !to.values)) {
    x.values = undefined;
    return;
  }
  const places = getItem(new Tensor(x.shape, { dtype: int64, values: x.values.map((_, i) => i) }), index);
  const given = to instanceof Tensor ? to : new Tensor([], { values: [maybeNumber(to) ?? NaN] });
  const filled = spread(given, places.shape);
  const values = [...x.values];
  places.values!.forEach((place, i) => (values[place] = filled[i]!));
  x.values = values;
}

const chunks = (x: Tensor, kind: 'chunk' | 'split', attributes: object) => {
  const [size, dim] = [x.shape, (attributes as { dim: number }).dim];
  if (bound(x) || !x.values) return new PyTuple(emitAll(kind, attributes, [x], { name: kind }));
  const shapes = emitAll(kind, attributes, [new Tensor(size)], { name: kind }).map(({ shape }) => shape);
  let start = 0;
  return new PyTuple(
    shapes.map((shape) => {
      const length = shape[axis(dim, shape.length)]!;
      const part = slice(x, axis(dim, shape.length), new PySlice(start, start + length, null));
      start += length;
      return part;
    }),
  );
};

const getSet = (name: string, get: (self: Tensor) => Value) =>
  tensorClass.members.set(name, new PyGetSet(name, (self) => get(tensorOf(self))));
getSet('shape', ({ shape }) => sizeOf(shape));
getSet('ndim', ({ shape }) => shape.length);
getSet('T', (x) =>
  permute(
    x,
    x.shape.map((_, i) => x.shape.length - 1 - i),
    'T',
  ),
);
getSet('mT', (x) => transpose(x, -2, -1, 'mT'));
const define = (
  name: string,
  signature: 'self' | 'self index' | 'self index to',
  body: (self: Tensor, ...more: Value[]) => Value | void,
) =>
  tensorClass.members.set(
    name,
    method(
      name,
      signature as 'self *more',
      ((self: Value, ...more: Value[]) => body(tensorOf(self), ...more)) as never,
    ),
  );
define('__getitem__', 'self index', (self, index) => getItem(self, index!));
define('__setitem__', 'self index to', (self, index, to) => setItem(self, index!, to!));
define('__len__', 'self', ({ shape }) => shape[0] ?? 0);
define('__iter__', 'self', (self) => {
  let i = 0;
  return new PyIterator(() => (i < (self.shape[0] ?? 0) ? select(self, 0, i++) : undefined));
});
sizeClass.members.set(
  '__repr__',
  method('__repr__', 'self', (self) => `torch.Size([${(self as PyTuple).items.map(String).join(', ')}])`),
);
sizeClass.members.set('__str__', sizeClass.members.get('__repr__')!);
sizeClass.members.set(
  'numel',
  method('numel', 'self', (self) => product((self as PyTuple).items as number[])),
);
sizeClass.members.set(
  '__getitem__',
  method('__getitem__', 'self index', (self, index) => {
    const found = nativeItem(new PyTuple((self as PyTuple).items), index)!;
    return found instanceof PyTuple ? new PyTuple(found.items, sizeClass) : found;
  }),
);

export const shapes: readonly Operation[] = [
  operation('size', ['method'], 'self dim?', (self, dim) => {
    const { shape } = tensorOf(self);
    return dim === undefined || dim === null ? sizeOf(shape) : shape[axis(intOf(dim), shape.length)]!;
  }),
  operation('dim', ['method'], 'self', (self) => tensorOf(self).shape.length),
  operation('numel', everywhere, 'self', (self) => product(tensorOf(self).shape)),
  operation('stride', ['method'], 'self', (self) => new PyTuple(strides(tensorOf(self).shape))),
  operation('reshape', everywhere, 'self *shape', (self, shape) => reshape(tensorOf(self), sizesOf(shape))),
  operation('view', ['method'], 'self *shape', (self, shape) =>
    reshape(tensorOf(self), sizesOf(shape), 'view'),
  ),
  operation('reshape_as', ['method'], 'self other', (self, other) =>
    reshape(tensorOf(self), tensorOf(other).shape),
  ),
  operation('view_as', ['method'], 'self other', (self, other) =>
    reshape(tensorOf(self), tensorOf(other).shape, 'view'),
  ),
  operation('unflatten', everywhere, 'self dim sizes', (self, dim, sizes) => {
    const x = tensorOf(self);
    const at = axis(intOf(dim), x.shape.length);
    return reshape(
      x,
      x.shape.toSpliced(at, 1, ...resolved(new Tensor([x.shape[at]!]), intsOf(sizes))),
      'unflatten',
    );
  }),
  operation('permute', everywhere, 'self *dims', (self, dims) => permute(tensorOf(self), sizesOf(dims))),
  operation('movedim', everywhere, 'self source destination', (self, source, destination) => {
    const x = tensorOf(self);
    const [from, to] = [source, destination].map((one) =>
      intsOf(one).map((dim) => axis(dim, x.shape.length)),
    );
    const rest = x.shape.map((_, i) => i).filter((i) => !from!.includes(i));
    const order = x.shape.map((_, i) => (to!.includes(i) ? from![to!.indexOf(i)]! : rest.shift()!));
    return permute(x, order, 'movedim');
  }),
  ...['transpose', 'swapaxes'].map((name) =>
    operation(name, everywhere, 'self dim0 dim1', (self, a, b) =>
      transpose(tensorOf(self), intOf(a), intOf(b)),
    ),
  ),
  operation('t', everywhere, 'self', (self) => transpose(tensorOf(self), 0, 1, 't')),
  operation('unsqueeze', everywhere, 'self dim', (self, dim) => unsqueeze(tensorOf(self), intOf(dim))),
  operation('squeeze', everywhere, 'self dim?', (self, dim) =>
    squeeze(tensorOf(self), dim === undefined ? undefined : intOf(dim)),
  ),
  operation('flatten', everywhere, 'self start_dim? end_dim?', (self, start, end) =>
    flatten(tensorOf(self), start === undefined ? 0 : intOf(start), end === undefined ? -1 : intOf(end)),
  ),
  operation('expand', ['method'], 'self *sizes', (self, sizes) => expand(tensorOf(self), sizesOf(sizes))),
  operation('expand_as', ['method'], 'self other', (self, other) =>
    expand(tensorOf(self), tensorOf(other).shape),
  ),
  operation('contiguous', ['method'], 'self memory_format?', (self) =>
    moved(tensorOf(self), 'contiguous', {}, () => tensorOf(self)),
  ),
  operation('chunk', everywhere, 'self chunks dim?', (self, count, dim = 0) =>
    chunks(tensorOf(self), 'chunk', { chunks: intOf(count), dim: intOf(dim) }),
  ),
  operation('split', everywhere, 'self split_size dim?', (self, size, dim = 0) =>
    chunks(tensorOf(self), 'split', {
      split_size_or_sections: isSequence(size) ? intsOf(size) : intOf(size),
      dim: intOf(dim),
    }),
  ),
  operation('unbind', everywhere, 'self dim?', (self, dim = 0) => {
    const x = tensorOf(self);
    const at = axis(intOf(dim), x.shape.length);
    return new PyTuple(Array.from({ length: x.shape[at]! }, (_, i) => select(x, at, i)));
  }),
  operation('select', everywhere, 'self dim index', (self, dim, index) =>
    select(tensorOf(self), intOf(dim), intOf(index)),
  ),
  operation('narrow', everywhere, 'self dim start length', (self, dim, start, length) => {
    const x = tensorOf(self);
    const from = intOf(start);
    return slice(x, axis(intOf(dim), x.shape.length), new PySlice(from, from + intOf(length), null));
  }),
  ...['cat', 'concat', 'concatenate'].map((name) =>
    operation(name, ['torch'], 'tensors dim? * axis?', (tensors, dim, along) =>
      cat(tensorsOf(tensors), intOf(dim ?? along ?? 0)),
    ),
  ),
  operation('stack', ['torch'], 'tensors dim?', (tensors, dim = 0) => stack(tensorsOf(tensors), intOf(dim))),
  operation('roll', everywhere, 'self shifts dims?', (self, shifts, dims) => {
    const x = tensorOf(self);
    if (dims === undefined || !bound(x)) throw unknown('torch.roll of this');
    return emit('roll', { shifts: intsOf(shifts), dims: intsOf(dims) }, [x], { name: 'roll' });
  }),
  operation('squeeze_', ['method'], 'self dim?', (self, dim) =>
    become(tensorOf(self), squeeze(tensorOf(self), dim === undefined ? undefined : intOf(dim))),
  ),
  operation('tolist', ['method'], 'self', (self) => nested(tensorOf(self))),
];

/** Lists of lists of numbers. */
function nested(x: Tensor): Value {
  const { values, dtype } = x;
  if (!values) throw unknown('the values of this tensor');
  const build = (level: number, start: number): Value => {
    if (level === x.shape.length) return pythonNumber(values[start]!, dtype);
    const inner = product(x.shape.slice(level + 1));
    return new PyList(Array.from({ length: x.shape[level]! }, (_, i) => build(level + 1, start + i * inner)));
  };
  return build(0, 0);
}
