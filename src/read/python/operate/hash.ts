import { objectClass } from '../values/classes.ts';
import { typeError } from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { plain, PyClass, PyObject, type Value } from '../values/object.ts';
import { PyBytes, PyFloat, PyMethod, PyRange, PyTuple } from '../values/values.ts';
import { callSpecial, typeName } from './core.ts';

/**
 * What a JavaScript Map knows a value by: values that are equal in Python have the same key, numbers of all types too.
 * Objects with a hash of their own have a key for each hash, among which the collection looks for an equal one.
 */
export type Key = string | number | bigint | symbol | null | object;

const ids = new WeakMap<object, number>();
let last = 0x7f00_0000;

/** What `id()` says. */
export function idOf(value: object): number {
  const known = ids.get(value);
  if (known !== undefined) return known;
  last += 16;
  ids.set(value, last);
  return last;
}

/** The key of a value that has no `__hash__` of its own; undefined for those that do. */
export function keyOf(value: Value): Key | undefined {
  switch (typeof value) {
    case 'string':
      // Keys that begin with a zero are those of tuples.
      return value.startsWith('\0') ? `\0s${value}` : value;
    case 'number':
      return value;
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      return value === null ? null : objectKey(value);
  }
}

function objectKey(value: PyObject): Key | undefined {
  if (value instanceof PyFloat) return floatKey(value);
  if (value instanceof PyTuple && hashIn(value) === undefined)
    return `\0(${value.items.map(encoded).join(',')})`;
  const own = plain(value);
  const custom = hashIn(value);
  if (own !== value && custom === undefined) return keyOf(own);
  if (custom === null) throw typeError(`unhashable type: '${typeName(value)}'`);
  if (custom instanceof PyFunction) return undefined;
  if (value instanceof PyBytes) return `\0b${value.bytes.join(',')}`;
  if (value instanceof PyRange) return `\0r${value.start},${value.length},${value.step}`;
  if (value instanceof PyMethod) return `\0m${encoded(value.self)}${encoded(value.callee)}`;
  const frozen = frozenItems(value);
  if (frozen !== undefined) return `\0f${frozen.map(encoded).sort().join(',')}`;
  return custom === undefined ? value : undefined;
}

/** The elements of a frozenset; known to `dict.ts`, which is above this file. */
let frozenItems: (value: PyObject) => Value[] | undefined = () => undefined;
export function onFrozen(read: typeof frozenItems): void {
  frozenItems = read;
}

/** `__hash__` where the class has one of its own: None forbids hashing; so does an `__eq__` without it. */
function hashIn(value: PyObject): Value | undefined {
  if (value.cls.exact || value instanceof PyClass) return value.cls.members.get('__hash__');
  for (const cls of value.cls.mro) {
    if (cls === objectClass) break;
    const found = cls.members.get('__hash__');
    if (found !== undefined) return found;
    if (cls.members.get('__eq__') instanceof PyFunction) return null;
  }
  return undefined;
}

function floatKey(value: PyFloat): Key {
  const number = value.value;
  if (Number.isNaN(number)) return value;
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) return BigInt(number);
  return number === 0 ? 0 : number;
}

/** A key as text, for a part of a tuple. */
function encoded(value: Value): string {
  const key = keyOf(value);
  if (key === undefined) return `h${customHash(value)}`;
  if (typeof key === 'string') return `s${key.length}:${key}`;
  if (key === null) return 'N';
  return typeof key === 'object' ? `o${idOf(key)}` : `n${String(key)}`;
}

export function customHash(value: Value): number {
  const hash = callSpecial(value, '__hash__', []);
  if (typeof hash === 'bigint') return Number(BigInt.asIntN(53, hash));
  if (typeof hash === 'boolean') return hash ? 1 : 0;
  if (typeof hash !== 'number') throw typeError('__hash__ method should return an integer');
  return hash;
}

/** `hash(value)`: CPython's for ints; any fixed number for the rest. */
export function hashOf(value: Value): number {
  const key = keyOf(value);
  if (key === undefined) return customHash(value);
  if (typeof key === 'number' && Number.isSafeInteger(key)) return key === -1 ? -2 : key;
  if (typeof key === 'bigint') {
    const modulus = (1n << 61n) - 1n;
    const rest = (key < 0n ? -key : key) % modulus;
    return Number(BigInt.asIntN(53, key < 0n ? -rest : rest));
  }
  if (typeof key === 'object' && key !== null) return idOf(key) / 16;
  let hash = 0;
  for (const char of String(key)) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) | 0;
  return hash;
}
