import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { method, nativeClass } from '../python/operate/native.ts';
import { objectClass, tupleClass } from '../python/values/classes.ts';
import { PyObject, type PyClass } from '../python/values/object.ts';
import { PyGetSet, PyTuple } from '../python/values/values.ts';
import { claimElements } from '../python/state.ts';

/** `torch.float32`, … */
export class Dtype extends PyObject {
  readonly name: string;
  readonly floats: boolean;

  constructor(name: string, floats: boolean) {
    super(dtypeClass);
    this.name = name;
    this.floats = floats;
  }
}

export const dtypeClass = nativeClass('dtype', [objectClass], [], { module: 'torch', sealed: true });
dtypeClass.members.set(
  '__repr__',
  method('__repr__', 'self', (self) => `torch.${(self as Dtype).name}`),
);

dtypeClass.members.set(
  'is_floating_point',
  new PyGetSet('is_floating_point', (self) => (self as Dtype).floats),
);

const named = (name: string, floats: boolean) => [name, new Dtype(name, floats)] as const;
export const dtypes: ReadonlyMap<string, Dtype> = new Map([
  named('float32', true),
  named('float64', true),
  named('float16', true),
  named('bfloat16', true),
  named('int64', false),
  named('int32', false),
  named('int16', false),
  named('int8', false),
  named('uint8', false),
  named('bool', false),
]);
export const float32 = dtypes.get('float32')!;
export const int64 = dtypes.get('int64')!;
export const bool = dtypes.get('bool')!;

export const tensorClass = nativeClass('Tensor', [objectClass], [], { module: 'torch' });
export const parameterClass = nativeClass('Parameter', [tensorClass], [], {
  module: 'torch.nn.parameter',
});

/** `torch.Size`: a tuple that prints its name. */
export const sizeClass = nativeClass('Size', [tupleClass], [], { module: 'torch' });
export const sizeOf = (shape: Shape) => new PyTuple(shape, sizeClass);

/** A tensor without data; small ones that the program itself makes carry their values. */
export class Tensor extends PyObject {
  shape: Shape;
  dtype: Dtype;
  /** Row after row; undefined where nobody knows them. */
  values: readonly number[] | undefined;
  /** Of the graph that is being traced: which of its results this is. */
  reference: string | undefined;
  requiresGrad = false;

  constructor(
    shape: Shape,
    given: { dtype?: Dtype; values?: readonly number[]; reference?: string; cls?: PyClass } = {},
  ) {
    super(given.cls ?? tensorClass, new Map());
    elements(shape);
    if (given.values) claimElements(given.values.length);
    this.shape = shape;
    this.dtype = given.dtype ?? float32;
    this.values = given.values;
    this.reference = given.reference;
  }

  get isParameter(): boolean {
    return this.cls.isSubclassOf(parameterClass);
  }
}

/** The nearest float32, where the type is one; whole numbers where it holds these. */
export function rounded(value: number, { name, floats }: Dtype): number {
  if (name === 'float32') return Math.fround(value);
  if (name === 'bool') return value === 0 ? 0 : 1;
  return floats ? value : Math.trunc(value);
}
