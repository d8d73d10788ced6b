import { product } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import { method, nativeClass } from '../../python/operate/native.ts';
import { objectClass } from '../../python/values/classes.ts';
import { collect, truth } from '../../python/operate/protocols.ts';
import { claimElements } from '../../python/state.ts';
import { fromFloat } from '../../python/operate/integers.ts';
import { plain, PyInstance, PyObject, type Value } from '../../python/values/object.ts';
import { PyFloat, PyGetSet, PyTuple } from '../../python/values/values.ts';
import { str } from '../../python/operate/text.ts';
import { intOf, isSequence, numberOf, sizesOf, tensorOf, tensorsOf } from '../arguments.ts';
import { emit, needsData, tracing, unknown } from '../trace.ts';
import { bool, Dtype, dtypes, float32, int64, rounded, Tensor, tensorClass } from '../tensor.ts';
import { broadcast, placesOf, spread } from '../values.ts';
import { everywhere, operation, type Operation } from './define.ts';
import { pythonNumber } from './numbers.ts';

const typeGiven = (given: Value | undefined, otherwise: Dtype): Dtype =>
  given instanceof Dtype ? given : otherwise;

/** As many equal values, unless the tensor is so large that nobody would compute with them. */
const MOST_VALUES = 2 ** 20;
function filled(shape: Shape, value: number, dtype: Dtype): Tensor {
  const count = product(shape);
  if (count > MOST_VALUES) return new Tensor(shape, { dtype });
  return new Tensor(shape, { dtype, values: Array.from({ length: count }, () => rounded(value, dtype)) });
}

/** Numbers in lists in lists, as a tensor. */
function fromData(data: Value, dtype: Value | undefined): Tensor {
  if (data instanceof Tensor)
    return new Tensor(data.shape, {
      dtype: typeGiven(dtype, data.dtype),
      ...(data.values && { values: data.values }),
    });
  const values: number[] = [];
  let floats = false;
  let booleans = true;
  const shape: number[] = [];
  const walk = (value: Value, depth: number): void => {
    if (
      isSequence(value) ||
      (value instanceof PyObject &&
        !(value instanceof PyFloat) &&
        !(value instanceof Tensor) &&
        depth === 0 &&
        plain(value) === value)
    ) {
      const items = collect(value);
      shape[depth] ??= items.length;
      if (shape[depth] !== items.length) throw unknown('a tensor of lists of unequal lengths');
      for (const item of items) walk(item, depth + 1);
      return;
    }
    if (value instanceof Tensor && value.shape.length > 0) throw unknown('a tensor of tensors');
    floats ||= value instanceof PyFloat || (value instanceof Tensor && value.dtype.floats);
    booleans &&= typeof value === 'boolean';
    values.push(numberOf(value));
  };
  walk(data, 0);
  const own = floats ? float32 : booleans && values.length > 0 ? bool : values.length === 0 ? float32 : int64;
  const type = typeGiven(dtype, own);
  return new Tensor(shape, { dtype: type, values: values.map((value) => rounded(value, type)) });
}

const OPTIONS = '* dtype? device? requires_grad? out? layout? pin_memory? memory_format? generator?';
const made = (name: string, value: number | undefined, floats = true) => [
  operation(
    name,
    ['torch'],
    `*sizes size? ${OPTIONS.slice(2)}` as '*sizes size? dtype?',
    (sizes, size, dtype) => {
      const type = typeGiven(dtype, floats ? float32 : int64);
      const shape = sizesOf(size === undefined ? sizes : [size]);
      return value === undefined ? new Tensor(shape, { dtype: type }) : filled(shape, value, type);
    },
  ),
  operation(`${name}_like`, ['torch'], `self ${OPTIONS}` as 'self * dtype?', (self, dtype) => {
    const x = tensorOf(self);
    const type = typeGiven(dtype, x.dtype);
    return value === undefined ? new Tensor(x.shape, { dtype: type }) : filled(x.shape, value, type);
  }),
  operation(
    `new_${name}`,
    ['method'],
    `self *sizes size? ${OPTIONS.slice(2)}` as 'self *sizes size? dtype?',
    (self, sizes, size, dtype) => {
      const type = typeGiven(dtype, tensorOf(self).dtype);
      const shape = sizesOf(size === undefined ? sizes : [size]);
      return value === undefined ? new Tensor(shape, { dtype: type }) : filled(shape, value, type);
    },
  ),
];

/** The same tensor as another type. */
function converted(x: Tensor, dtype: Dtype): Tensor {
  if (x.dtype === dtype) return x;
  if (tracing.current?.isBound(x)) {
    throw unknown(`a conversion of ${x.dtype.name} to ${dtype.name}`);
  }
  return new Tensor(x.shape, {
    dtype,
    ...(x.values && { values: x.values.map((value) => rounded(value, dtype)) }),
  });
}

const casts: readonly (readonly [method: string, dtype: string])[] = [
  ['float', 'float32'],
  ['double', 'float64'],
  ['half', 'float16'],
  ['bfloat16', 'bfloat16'],
  ['long', 'int64'],
  ['int', 'int32'],
  ['bool', 'bool'],
];

/** What gives the tensor itself: where it lies and what is learned of it make no shape. */
const same = (name: string) => operation(name, ['method'], 'self *args **more', (self) => self);

class Device extends PyObject {
  readonly name: string;

  constructor(name: string) {
    super(deviceClass);
    this.name = name;
  }
}
export const deviceClass = nativeClass('device', [objectClass], [], { module: 'torch' });
deviceClass.members.set('type', new PyGetSet('type', (self) => (self as Device).name.replace(/:.*/, '')));
deviceClass.members.set('index', new PyGetSet('index', () => null));
deviceClass.members.set(
  '__str__',
  method('__str__', 'self', (self) => (self as Device).name),
);
deviceClass.members.set(
  '__repr__',
  method('__repr__', 'self', (self) => `device(type='${(self as Device).name}')`),
);
deviceClass.members.set(
  '__new__',
  method(
    '__new__',
    'cls name?',
    (_, name) => new Device(name === undefined ? 'cpu' : name instanceof Device ? name.name : str(name)),
  ),
);
deviceClass.members.set(
  '__init__',
  method('__init__', 'self *args **more', () => null),
);
const cpu = new Device('cpu');

const attribute = (name: string, get: (x: Tensor) => Value, set?: (x: Tensor, to: Value) => void) =>
  tensorClass.members.set(
    name,
    new PyGetSet(name, (self) => get(tensorOf(self)), set && ((self, to) => set(tensorOf(self), to))),
  );
attribute('dtype', ({ dtype }) => dtype);
attribute('device', () => cpu);
attribute(
  'requires_grad',
  ({ requiresGrad }) => requiresGrad,
  (x, to) => (x.requiresGrad = truth(to)),
);
attribute('is_cuda', () => false);
attribute(
  'grad',
  () => null,
  () => undefined,
);
attribute(
  'data',
  (x) => {
    if (x.reference !== undefined) throw unknown('Tensor.data in a forward pass');
    return x;
  },
  () => undefined,
);
attribute('is_leaf', ({ reference }) => reference === undefined);

function onlyValue(self: Value, what: string): number {
  const { values, shape } = tensorOf(self);
  if (!values) throw needsData(what);
  if (values.length !== 1) throw unknown(`${what} of a tensor of ${shape.join('×')}`);
  return values[0]!;
}
const asNumber = (name: string, convert: (value: number) => Value) =>
  tensorClass.members.set(
    name,
    method(name, 'self', (self) => convert(onlyValue(self, 'a number out of a tensor'))),
  );
asNumber('__int__', fromFloat);
asNumber('__index__', fromFloat);
asNumber('__float__', (value) => new PyFloat(value));
tensorClass.members.set(
  '__repr__',
  method('__repr__', 'self', (self) => {
    const { shape, values } = tensorOf(self);
    if (values && shape.length === 0) return `tensor(${str(pythonNumber(values[0]!, tensorOf(self).dtype))})`;
    return `tensor(..., size=(${shape.join(', ')}))`;
  }),
);

const finfoClass = nativeClass('finfo', [objectClass], [], { module: 'torch' });

export const creation: readonly Operation[] = [
  ...made('zeros', 0),
  ...made('ones', 1),
  ...made('empty', undefined),
  ...made('rand', undefined),
  ...made('randn', undefined),
  ...['tensor', 'as_tensor', 'Tensor', 'FloatTensor', 'LongTensor', 'from_numpy', 'asarray'].map((name) =>
    operation(
      name,
      ['torch'],
      `data dtype? ${OPTIONS.replace(' dtype?', '')}` as 'data dtype?',
      (data, dtype) => fromData(data, dtype),
    ),
  ),
  operation(
    'full',
    ['torch'],
    `size fill_value ${OPTIONS}` as 'size fill_value * dtype?',
    (size, value, dtype) =>
      filled(sizesOf([size]), numberOf(value), typeGiven(dtype, value instanceof PyFloat ? float32 : int64)),
  ),
  operation(
    'full_like',
    ['torch'],
    `self fill_value ${OPTIONS}` as 'self fill_value * dtype?',
    (self, value, dtype) =>
      filled(tensorOf(self).shape, numberOf(value), typeGiven(dtype, tensorOf(self).dtype)),
  ),
  operation('new_tensor', ['method'], `self data ${OPTIONS}` as 'self data * dtype?', (self, data, dtype) =>
    fromData(data, dtype ?? tensorOf(self).dtype),
  ),
  operation(
    'randint',
    ['torch'],
    `low high size? ${OPTIONS}` as 'low high size? * dtype?',
    (_low, high, size, dtype) => new Tensor(sizesOf([size ?? high]), { dtype: typeGiven(dtype, int64) }),
  ),
  operation(
    'randperm',
    ['torch'],
    `n ${OPTIONS}` as 'n * dtype?',
    (n, dtype) => new Tensor([intOf(n)], { dtype: typeGiven(dtype, int64) }),
  ),
  operation(
    'arange',
    ['torch'],
    `start end? step? ${OPTIONS}` as 'start end? step? * dtype?',
    (start, end, step, dtype) => {
      const [from, to] = end === undefined ? [0, numberOf(start)] : [numberOf(start), numberOf(end)];
      const by = step === undefined ? 1 : numberOf(step);
      const floats = [start, end, step].some((one) => one instanceof PyFloat);
      const type = typeGiven(dtype, floats ? float32 : int64);
      const count = Math.max(0, Math.ceil((to - from) / by));
      claimElements(count);
      return new Tensor([count], {
        dtype: type,
        values: Array.from({ length: count }, (_, i) => rounded(from + i * by, type)),
      });
    },
  ),
  operation(
    'linspace',
    ['torch'],
    `start end steps ${OPTIONS}` as 'start end steps * dtype?',
    (start, end, steps, dtype) => {
      const [from, to, count] = [numberOf(start), numberOf(end), intOf(steps)];
      claimElements(count);
      const type = typeGiven(dtype, float32);
      const round = (value: number) => rounded(value, type);
      const step = count > 1 ? round((to - from) / (count - 1)) : 0;
      // As ATen: the second half is counted from the end.
      const values = Array.from({ length: count }, (_, i) =>
        i < count / 2 ? round(from + round(step * i)) : round(to - round(step * (count - i - 1))),
      );
      return new Tensor([count], { dtype: type, values });
    },
  ),
  operation('eye', ['torch'], `n m? ${OPTIONS}` as 'n m? * dtype?', (n, m, dtype) => {
    const shape = [intOf(n), intOf(m ?? n)];
    return new Tensor(shape, {
      dtype: typeGiven(dtype, float32),
      values: placesOf(shape, ([i, j]) => Number(i === j)),
    });
  }),
  operation('meshgrid', ['torch'], '*tensors indexing?', (given, indexing) => {
    const tensors =
      given.length === 1 && !(given[0] instanceof Tensor)
        ? tensorsOf(given[0]!)
        : given.map((one) => tensorOf(one));
    const turned = indexing === 'xy';
    const order = tensors.map((_, i) => (turned && i < 2 ? 1 - i : i));
    const shape = order.map((i) => tensors[i]!.shape[0]!);
    return new PyTuple(
      tensors.map((x, i) => {
        if (!x.values) throw unknown('torch.meshgrid of unknown values');
        const along = shape.map((size, at) => (at === order.indexOf(i) ? size : 1));
        return new Tensor(shape, {
          dtype: x.dtype,
          values: spread(new Tensor(along, { values: x.values }), shape),
        });
      }),
    );
  }),
  operation('where', ['torch', 'method'], 'condition self other', (condition, self, other) => {
    const [test, a, b] = [condition, self, other].map((one) =>
      one instanceof Tensor ? one : new Tensor([], { values: [numberOf(one)] }),
    ) as [Tensor, Tensor, Tensor];
    const shape = [test, a, b].map((one) => one.shape).reduce(broadcast);
    if ([test, a, b].some((one) => !one.values)) throw unknown('torch.where');
    const [t, x, y] = [test, a, b].map((one) => spread(one, shape)) as [number[], number[], number[]];
    return new Tensor(shape, { dtype: a.dtype, values: t.map((value, i) => (value === 0 ? y[i]! : x[i]!)) });
  }),
  ...['masked_fill', 'masked_fill_'].map((name) =>
    operation(name, name.endsWith('_') ? ['method'] : everywhere, 'self mask value', (self, mask, value) => {
      const [x, where, number] = [tensorOf(self), tensorOf(mask), numberOf(value)];
      if (!x.values || !where.values) throw unknown('torch.masked_fill of tensors that only a run has');
      const shape = broadcast(x.shape, where.shape);
      const [own, masked] = [spread(x, shape), spread(where, shape)];
      const filledIn = own.map((one, i) => (masked[i] === 0 ? one : rounded(number, x.dtype)));
      if (!name.endsWith('_')) return new Tensor(shape, { dtype: x.dtype, values: filledIn });
      x.values = filledIn;
      return x;
    }),
  ),
  operation('item', ['method'], 'self', (self) =>
    pythonNumber(onlyValue(self, '.item()'), tensorOf(self).dtype),
  ),
  operation('numpy', ['method'], 'self', (self) => self),
  ...casts.map(([name, dtype]) =>
    operation(name, ['method'], 'self', (self) => converted(tensorOf(self), dtypes.get(dtype)!)),
  ),
  operation(
    'to',
    ['method'],
    'self *args dtype? device? non_blocking? copy? memory_format?',
    (self, args, dtype) => {
      const type = [...args, dtype].find((one) => one instanceof Dtype || one instanceof Tensor);
      return type instanceof Dtype
        ? converted(tensorOf(self), type)
        : type instanceof Tensor
          ? converted(tensorOf(self), type.dtype)
          : self;
    },
  ),
  operation('type', ['method'], 'self dtype?', (self, dtype) =>
    dtype instanceof Dtype ? converted(tensorOf(self), dtype) : `torch.${tensorOf(self).dtype.name}`,
  ),
  operation('type_as', ['method'], 'self other', (self, other) =>
    converted(tensorOf(self), tensorOf(other).dtype),
  ),
  ...['detach', 'clone', 'detach_'].map((name) =>
    operation(name, everywhere, 'self memory_format?', (self) => {
      const x = tensorOf(self);
      const { shape, dtype, values, reference } = x;
      if (name.startsWith('detach') && reference !== undefined)
        throw unknown('Tensor.detach in a forward pass');
      // Another tensor: what happens to it in place is not seen by this one.
      if (name === 'clone' && reference !== undefined)
        return new Tensor(shape, { dtype, reference, ...(values && { values }) });
      return x.values && !tracing.current?.isBound(x)
        ? new Tensor(x.shape, { dtype: x.dtype, values: x.values })
        : x;
    }),
  ),
  ...[
    'cuda',
    'cpu',
    'requires_grad_',
    'retain_grad',
    'pin_memory',
    'backward',
    'register_hook',
    'share_memory_',
  ].map(same),
  ...['normal_', 'uniform_', 'trunc_normal_', 'random_', 'erfinv_', 'copy_'].map((name) =>
    operation(name, ['method'], 'self *args **more', (self) => {
      if (tensorOf(self).reference !== undefined) throw unknown(`Tensor.${name} in a forward pass`);
      tensorOf(self).values = undefined;
      return self;
    }),
  ),
  ...['zero_', 'fill_'].map((name) =>
    operation(name, ['method'], 'self value?', (self, value) => {
      const x = tensorOf(self);
      if (x.values) x.values = filled(x.shape, value === undefined ? 0 : numberOf(value), x.dtype).values;
      return self;
    }),
  ),
  operation('repeat_interleave', everywhere, 'self repeats dim?', (self, repeats, dim) => {
    const [x, times] = [tensorOf(self), intOf(repeats)];
    if (dim === undefined || dim === null) throw unknown('torch.repeat_interleave of all dimensions');
    const along = intOf(dim) < 0 ? intOf(dim) + x.shape.length : intOf(dim);
    const size = x.shape[along]! * times;
    const places = Array.from({ length: size }, (_, i) => Math.floor(i / times));
    return emit('index', { dim: along }, [x, new Tensor([size], { dtype: int64, values: places })], {
      name: 'repeat_interleave',
    });
  }),
  operation('is_tensor', ['torch'], 'value', (value) => value instanceof Tensor),
  operation('is_floating_point', everywhere, 'self', (self) => tensorOf(self).dtype.floats),
  operation(
    'unique',
    everywhere,
    'self sorted? return_inverse? return_counts? dim?',
    (self, _sorted, inverse, counts) => {
      const { values, dtype } = tensorOf(self);
      if (!values) throw needsData('torch.unique');
      const different = [...new Set(values)].toSorted((a, b) => a - b);
      const made = new Tensor([different.length], { dtype, values: different });
      if (truth(inverse ?? false)) throw unknown('torch.unique with return_inverse');
      if (!truth(counts ?? false)) return made;
      const often = different.map((one) => values.filter((value) => value === one).length);
      return new PyTuple([made, new Tensor([different.length], { dtype: int64, values: often })]);
    },
  ),
  operation('finfo', ['torch'], 'type?', (type) => {
    const limits = new PyInstance(finfoClass);
    const { name } = typeGiven(type, float32);
    const most = name === 'float16' ? 65504 : name === 'float64' ? Number.MAX_VALUE : 3.4028234663852886e38;
    for (const [key, value] of [
      ['max', most],
      ['min', -most],
      ['eps', name === 'float64' ? 2 ** -52 : 2 ** -23],
    ] as const)
      limits.attributes!.set(key, new PyFloat(value));
    limits.attributes!.set('bits', Number(/\d+/.exec(name)?.[0] ?? 32));
    return limits;
  }),
  operation('diff', everywhere, 'self', (self) => {
    const { values, dtype, shape } = tensorOf(self);
    if (!values || shape.length !== 1) throw unknown('torch.diff of this');
    return new Tensor([values.length - 1], {
      dtype,
      values: values.slice(1).map((value, i) => value - values[i]!),
    });
  }),
  ...['repeat', 'tile'].map((name) =>
    operation(name, ['method'], 'self *sizes', (self, sizes) => {
      const x = tensorOf(self);
      const times = sizesOf(sizes);
      const own = [...times.slice(x.shape.length).map(() => 1), ...x.shape];
      const shape = times.map((count, i) => count * own[i]!);
      if (tracing.current?.isBound(x)) return emit('tile', { dims: times }, [x], { name: 'repeat' });
      if (!x.values) return new Tensor(shape, { dtype: x.dtype });
      const flat = new Tensor(own, { values: x.values });
      const steps = own.map((_, i) => product(own.slice(i + 1)));
      return new Tensor(shape, {
        dtype: x.dtype,
        values: placesOf(shape, (at) =>
          at.reduce((sum, place, i) => sum + (place % own[i]!) * steps[i]!, 0),
        ).map((place) => flat.values![place]!),
      });
    }),
  ),
];
