import { collect } from '../python/operate/protocols.ts';
import { plain, type Value } from '../python/values/object.ts';
import { PyFloat, PyList, PyTuple } from '../python/values/values.ts';
import { typeError } from '../python/values/exceptions.ts';
import { typeName } from '../python/operate/core.ts';
import { repr } from '../python/operate/text.ts';
import { Tensor } from './tensor.ts';

/** A number of Python's, or of a tensor that has one. undefined where it is none. */
export function maybeNumber(given: Value): number | undefined {
  const value = plain(given);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof PyFloat) return value.value;
  if (value instanceof Tensor && value.values?.length === 1) return value.values[0];
  return undefined;
}

export function numberOf(given: Value, what = 'a number'): number {
  const value = maybeNumber(given);
  if (value === undefined) throw typeError(`expected ${what}, not ${typeName(given)}`);
  return value;
}

export function intOf(given: Value): number {
  const value = numberOf(given, 'an int');
  if (!Number.isSafeInteger(value)) throw typeError(`expected an int, not ${repr(given)}`);
  return value;
}

export const isSequence = (value: Value): value is PyList | PyTuple =>
  value instanceof PyList || value instanceof PyTuple;

/** `(1, 2)`, `[1, 2]` or `1, 2`: the rest of a call as numbers. */
export function sizesOf(given: readonly Value[]): number[] {
  const [first] = given;
  const all = given.length === 1 && first !== undefined && isSequence(first) ? collect(first) : given;
  return all.map(intOf);
}

/** One number or several. */
export const intsOf = (given: Value): number[] =>
  isSequence(given) ? collect(given).map(intOf) : [intOf(given)];

export function tensorOf(given: Value, what = 'argument'): Tensor {
  if (!(given instanceof Tensor)) throw typeError(`${what} must be Tensor, not ${typeName(given)}`);
  return given;
}

export const tensorsOf = (given: Value): Tensor[] => collect(given).map((one) => tensorOf(one));

/** As an attribute of a layer: numbers, strings, booleans and lists of these. undefined for None. */
export function attributeOf(given: Value): unknown {
  const value = plain(given);
  if (value === null) return undefined;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (isSequence(value)) return collect(value).map(attributeOf);
  const number = maybeNumber(value);
  if (number === undefined) throw typeError(`cannot use ${typeName(given)} here`);
  return number;
}
