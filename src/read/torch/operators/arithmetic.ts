import { NotImplemented, PyTuple } from '../../python/values/values.ts';
import type { Value } from '../../python/values/object.ts';
import { method } from '../../python/operate/native.ts';
import { intOf, isSequence, maybeNumber, numberOf, tensorOf } from '../arguments.ts';
import { emit, emitAll, needsData, tracing, unknown } from '../trace.ts';
import { bool, Dtype, float32, int64, rounded, Tensor, tensorClass } from '../tensor.ts';
import {
  binaries,
  computeBinary,
  computeReduction,
  computeUnary,
  placesOf,
  strides,
  scalar,
  unaries,
} from '../values.ts';
import { layerKinds } from '../../../layers/registry.ts';
import { collect, truth } from '../../python/operate/protocols.ts';
import { everywhere, operation, type Operation } from './define.ts';

const bound = (...tensors: readonly Tensor[]) =>
  tensors.some((tensor) => tracing.current?.isBound(tensor) ?? false);

/** A number as a tensor of values, without dimensions. */
function operand(given: Value): Tensor | undefined {
  if (given instanceof Tensor) return given;
  const number = maybeNumber(given);
  if (number === undefined) return undefined;
  return scalar(number, Number.isInteger(number) && !isFloat(given) ? int64 : float32);
}
const isFloat = (given: Value) => given !== null && typeof given === 'object';

/** A number that a tensor of the graph meets. */
const numberIn = (tensor: Tensor): number | undefined =>
  tensor.shape.length === 0 && tensor.values && !bound(tensor) ? tensor.values[0] : undefined;

function binary(name: string, a: Tensor, b: Tensor, inplace = false): Tensor {
  if (!bound(a, b)) return computeBinary(name, a, b);
  // A counter of batches.
  if (inplace && tracing.current?.buffers.has(a) && !a.dtype.floats) return a;
  const other = numberIn(b);
  const first = numberIn(a);
  const how = { name };
  switch (name) {
    case 'add':
    case 'mul': {
      const [x, number] = other !== undefined ? [a, other] : first !== undefined ? [b, first] : [];
      if (x) return emit(name, { other: number, ...(inplace && { inplace }) }, [x], how);
      const dropped = name === 'mul' ? dropPath(a, b) : undefined;
      if (dropped) return dropped;
      return emit(name, inplace ? { inplace } : {}, [a, b], how);
    }
    case 'sub':
    case 'div':
      if (other !== undefined) return emit(name, { other }, [a], how);
      if (first === undefined) return emit(name, {}, [a, b], how);
      if (name === 'sub')
        return emit('add', { other: first }, [emit('neg', {}, [b], { name: 'neg' })], { name: 'rsub' });
      return emit('mul', { other: first }, [emit('pow', { exponent: -1 }, [b], { name: 'reciprocal' })], how);
    case 'pow':
      if (other !== undefined) return emit('pow', { exponent: other }, [a], how);
      break;
    default:
      if (layerKinds.has(name) && other === undefined && first === undefined)
        return emit(name, {}, [a, b], how);
  }
  throw unknown(`torch.${name} of these operands`);
}

/** Noise that `bernoulli_` made and that the probability was divided out of: whole examples are dropped. */
function dropPath(a: Tensor, b: Tensor): Tensor | undefined {
  const [x, noise] = kept.has(b) ? [a, b] : [b, a];
  const keep = kept.get(noise);
  if (keep === undefined) return undefined;
  const mode =
    noise.shape.slice(1).every((size) => size === 1) && noise.shape[0] === x.shape[0] ? 'row' : 'batch';
  return emit('stochastic_depth', { p: 1 - keep, mode }, [x], { name: 'stochastic_depth' });
}
/** Tensors of ones and zeros drawn at random: how often they are one. */
const kept = new WeakMap<Tensor, number>();

/** In place: the variable's tensor is what comes out. */
export function become(target: Tensor, result: Tensor): Tensor {
  target.reference = result.reference;
  target.shape = result.shape;
  target.values = result.values;
  return target;
}

const SYMBOLS: readonly (readonly [dunder: string, name: string, reflected: boolean])[] = [
  ['add', 'add', true],
  ['sub', 'sub', true],
  ['mul', 'mul', true],
  ['truediv', 'div', true],
  ['floordiv', 'floor_divide', true],
  ['mod', 'remainder', true],
  ['pow', 'pow', true],
  ['eq', 'eq', false],
  ['ne', 'ne', false],
  ['lt', 'lt', false],
  ['le', 'le', false],
  ['gt', 'gt', false],
  ['ge', 'ge', false],
  ['and', 'logical_and', true],
  ['or', 'logical_or', true],
];

for (const [symbol, name, reflected] of SYMBOLS) {
  const apply = (turned: boolean) => (self: Value, given: Value) => {
    const other = operand(given);
    if (other === undefined) return NotImplemented;
    const own = tensorOf(self);
    return turned ? binary(name, other, own) : binary(name, own, other);
  };
  const add = (dunder: string, body: (self: Value, given: Value) => Value) =>
    tensorClass.members.set(dunder, method(dunder, 'self other', body));
  add(`__${symbol}__`, apply(false));
  if (!reflected) continue;
  add(`__r${symbol}__`, apply(true));
  add(`__i${symbol}__`, (self, given) => {
    const other = operand(given);
    return other === undefined
      ? NotImplemented
      : become(tensorOf(self), binary(name, tensorOf(self), other, true));
  });
}
tensorClass.members.set(
  '__hash__',
  method('__hash__', 'self', (self) => hashes.get(tensorOf(self)) ?? 0),
);
const hashes = new WeakMap<Tensor, number>();

const givenOperand = (given: Value): Tensor => operand(given) ?? tensorOf(given);

const binaryOperations = [...binaries.keys()].flatMap((name) => {
  const body = (self: Value, other: Value, alpha: Value | undefined, inplace = false) => {
    const scaled =
      alpha === undefined || alpha === 1
        ? givenOperand(other)
        : binary('mul', givenOperand(other), givenOperand(alpha));
    return binary(name, givenOperand(self), scaled, inplace);
  };
  return [
    operation(name, everywhere, 'self other * alpha?', body),
    operation(`${name}_`, ['method'], 'self other * alpha?', (self, other, alpha) =>
      become(tensorOf(self), body(self, other, alpha, true)),
    ),
  ];
});

function unary(name: string, x: Tensor): Tensor {
  if (!bound(x)) return unaries.has(name) ? computeUnary(name, x) : emit(name, {}, [x], { name });
  if (layerKinds.has(name)) return emit(name, {}, [x], { name });
  if (name === 'rsqrt') return emit('pow', { exponent: -0.5 }, [x], { name });
  if (name === 'reciprocal') return emit('pow', { exponent: -1 }, [x], { name });
  throw unknown(`torch.${name}`);
}

const unaryOperations = [...unaries.keys()].flatMap((name) => [
  operation(name, everywhere, 'self', (self) => unary(name, tensorOf(self))),
  operation(`${name}_`, ['method'], 'self', (self) => become(tensorOf(self), unary(name, tensorOf(self)))),
]);
tensorClass.members.set(
  '__neg__',
  method('__neg__', 'self', (self) => unary('neg', tensorOf(self))),
);
tensorClass.members.set(
  '__abs__',
  method('__abs__', 'self', (self) => unary('abs', tensorOf(self))),
);
tensorClass.members.set(
  '__invert__',
  method('__invert__', 'self', (self) => computeBinary('eq', tensorOf(self), scalar(0))),
);

/** The axes that `dim` names, all of them when it is None. */
function axesOf(x: Tensor, dim: Value | undefined): number[] {
  if (dim === undefined || dim === null) return x.shape.map((_, axis) => axis);
  const dims = isSequence(dim) ? collect(dim).map(intOf) : [intOf(dim)];
  return dims.map((one) => (one < 0 ? one + x.shape.length : one));
}

function reduce(name: string, x: Tensor, dim: Value | undefined, keepdim: boolean): Tensor {
  const axes = axesOf(x, dim);
  if (!bound(x)) return computeReduction(name, x, axes, keepdim);
  if (!layerKinds.has(name)) throw unknown(`torch.${name}`);
  return emit(name, { ...(dim !== undefined && dim !== null && { dim: axes }), keepdim }, [x], { name });
}

const reductions = ['sum', 'mean', 'prod', 'amax', 'amin', 'any', 'all'].map((name) =>
  operation(
    name,
    everywhere,
    'self dim? keepdim? * dtype? axis? keepdims?',
    (self, dim, keepdim, _dtype, axis, keepdims) =>
      reduce(name, tensorOf(self), dim ?? axis, truth(keepdim ?? keepdims ?? false)),
  ),
);

const extremes = (['max', 'min'] as const).map((name) =>
  operation(name, everywhere, 'self dim? keepdim?', (self, dim, keepdim) => {
    const x = tensorOf(self);
    if (dim instanceof Tensor) return binary(`${name}imum`, x, dim);
    if (dim === undefined && !bound(x)) return computeReduction(`a${name}`, x, axesOf(x, null), false);
    if (dim !== undefined && dim !== null) {
      const attributes = { dim: intOf(dim), keepdim: truth(keepdim ?? false) };
      return new PyTuple(emitAll(name, attributes, [x], { name }));
    }
    throw unknown(`torch.${name}`);
  }),
);

/** The last two dimensions multiplied, the others broadcast. */
export function matmul(a: Tensor, b: Tensor, name = 'matmul'): Tensor {
  return emit('matmul', {}, [a, b], { name });
}
const product = (self: Value, other: Value) => matmul(tensorOf(self), tensorOf(other));
tensorClass.members.set('__matmul__', method('__matmul__', 'self other', product));

const clamp = (self: Value, min: Value | undefined, max: Value | undefined): Tensor => {
  const x = tensorOf(self);
  const limit = (given: Value | undefined) =>
    given === undefined || given === null ? undefined : numberOf(given);
  const [least, most] = [limit(min), limit(max)];
  if (!bound(x)) {
    const lower = least === undefined ? x : computeBinary('maximum', x, scalar(least, x.dtype));
    return most === undefined ? lower : computeBinary('minimum', lower, scalar(most, x.dtype));
  }
  return emit(
    'clamp',
    { ...(least !== undefined && { min: least }), ...(most !== undefined && { max: most }) },
    [x],
    { name: 'clamp' },
  );
};

/** What a program asks of a tensor's data. */
function dataOf(self: Value, what: string): readonly number[] {
  const { values } = tensorOf(self);
  if (!values) throw needsData(what);
  return values;
}
tensorClass.members.set(
  '__bool__',
  method('__bool__', 'self', (self) => dataOf(self, 'a condition on a tensor')[0] !== 0),
);

const rounding: ReadonlyMap<Value | undefined, string> = new Map([['floor', 'floor_divide']]);

export const arithmetic: readonly Operation[] = [
  operation('div', everywhere, 'self other * rounding_mode?', (self, other, mode) => {
    const name = mode === undefined || mode === null ? 'div' : rounding.get(mode);
    if (name === undefined) throw unknown('torch.div that rounds to zero');
    return binary(name, givenOperand(self), givenOperand(other));
  }),
  operation('square', everywhere, 'self', (self) => binary('pow', tensorOf(self), scalar(2))),
  ...binaryOperations.filter(({ name }) => name !== 'div'),
  ...unaryOperations,
  ...reductions,
  ...extremes,
  ...['matmul', 'bmm', 'mm'].map((name) => operation(name, everywhere, 'self other', product)),
  operation('clamp', everywhere, 'self min? max?', clamp),
  operation('clamp_', ['method'], 'self min? max?', (self, min, max) =>
    become(tensorOf(self), clamp(self, min, max)),
  ),
  operation('clip', everywhere, 'self min? max?', clamp),
  operation('cumsum', everywhere, 'self dim * dtype?', (self, dim, dtype) => {
    const x = tensorOf(self);
    const along = axesOf(x, dim)[0]!;
    if (bound(x)) return emit('cumsum', { dim: along }, [x], { name: 'cumsum' });
    const type = dtype instanceof Dtype ? dtype : x.dtype === bool ? int64 : x.dtype;
    if (!x.values) return new Tensor(x.shape, { dtype: type });
    const steps = strides(x.shape);
    const values = [...x.values];
    // Row after row: what comes before along the dimension is already a sum.
    placesOf(x.shape, (at) => (at[along]! > 0 ? steps[along]! : 0)).forEach((back, i) => {
      if (back > 0) values[i] = rounded(values[i]! + values[i - back]!, type);
    });
    return new Tensor(x.shape, { dtype: type, values });
  }),
  operation('bernoulli_', ['method'], 'self p?', (self, p) => {
    const x = tensorOf(self);
    kept.set(x, p === undefined ? 0.5 : numberOf(p));
    x.values = undefined;
    return x;
  }),
];
