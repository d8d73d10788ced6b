import type { CompareOperator } from '../ast.ts';
import { PyDict, PySet } from '../values/dict.ts';
import { raised, typeError } from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { plain, type Value } from '../values/object.ts';
import { run, tick } from '../state.ts';
import {
  NotImplemented,
  PyAlias,
  PyBytes,
  PyFloat,
  PyList,
  PyMethod,
  PyRange,
  PySlice,
  PyTuple,
} from '../values/values.ts';
import { callSpecial, typeName, typeOf } from './core.ts';
import { iterate, truth } from './protocols.ts';

const simple = (value: Value) => value === null || typeof value !== 'object' || value.cls.exact;

/** `is`: numbers and strings are the same where they are equal, as CPython makes most of them. */
export function identical(a: Value, b: Value): boolean {
  return a === b || (a instanceof PyMethod && b instanceof PyMethod && a === b);
}

export function equals(a: Value, b: Value): boolean {
  if (a === b) return !(a instanceof PyFloat && Number.isNaN(a.value));
  return truth(equality(a, b));
}

/** In a collection a value is found by itself before it is compared. */
export const same = (a: Value, b: Value) => a === b || equals(a, b);

/** `a == b`; an array may answer with an array. */
export function equality(a: Value, b: Value): Value {
  if (!simple(a) || !simple(b)) {
    const result = richDispatch('__eq__', '__eq__', a, b);
    if (result !== undefined) return result;
  }
  return nativeEquals(plain(a), plain(b)) ?? a === b;
}

function inequality(a: Value, b: Value): Value {
  if (!simple(a) || !simple(b)) {
    const result = richDispatch('__ne__', '__ne__', a, b);
    if (result !== undefined) return result;
    const equal = richDispatch('__eq__', '__eq__', a, b);
    if (equal !== undefined) return !truth(equal);
  }
  return !(nativeEquals(plain(a), plain(b)) ?? a === b);
}

/** Of Python's own types; undefined where they do not know each other. */
export function nativeEquals(a: Value, b: Value): boolean | undefined {
  const x = numberOf(a);
  const y = numberOf(b);
  // Also between bigint and number, where JavaScript compares exactly.
  // eslint-disable-next-line eqeqeq
  if (x !== undefined && y !== undefined) return x == y;
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (a instanceof PyList && b instanceof PyList) return equalItems(a.items, b.items);
  if (a instanceof PyTuple && b instanceof PyTuple) return equalItems(a.items, b.items);
  if (a instanceof PyDict && b instanceof PyDict) return equalDicts(a, b);
  if (a instanceof PySet && b instanceof PySet) {
    return a.size === b.size && [...a.values()].every((value) => b.has(value));
  }
  if (a instanceof PyRange && b instanceof PyRange) {
    return (
      a.length === b.length &&
      (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)))
    );
  }
  if (a instanceof PySlice && b instanceof PySlice) {
    return equalItems([a.start, a.stop, a.step], [b.start, b.stop, b.step]);
  }
  if (a instanceof PyBytes && b instanceof PyBytes) return a.bytes.join() === b.bytes.join();
  if (a instanceof PyMethod && b instanceof PyMethod) return a.self === b.self && a.callee === b.callee;
  if (a instanceof PyAlias && b instanceof PyAlias) return same(a.origin, b.origin) && equals(a.args, b.args);
  return undefined;
}

function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof PyFloat ? value.value : undefined;
}

/** Collections that hold each other must not use up the stack. */
function nested<T>(compare: () => T): T {
  if (++run.depth > run.limits.depth) {
    run.depth--;
    throw raised('RecursionError', 'maximum recursion depth exceeded in comparison');
  }
  try {
    return compare();
  } finally {
    run.depth--;
  }
}

function equalItems(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  tick(a.length);
  return nested(() => a.every((value, i) => same(value, b[i]!)));
}

function equalDicts(a: PyDict, b: PyDict): boolean {
  if (a.size !== b.size) return false;
  tick(a.size);
  return nested(() => {
    for (const { key, value } of a.entries()) {
      const other = b.get(key);
      if (other === undefined || !same(value, other)) return false;
    }
    return true;
  });
}

function richDispatch(name: string, reflected: string, a: Value, b: Value): Value | undefined {
  const [left, right] = [typeOf(a), typeOf(b)];
  const rightFirst = left !== right && right.isSubclassOf(left) && right.lookup(reflected) !== undefined;
  if (rightFirst) {
    const result = callSpecial(b, reflected, [a]);
    if (result !== undefined && result !== NotImplemented) return result;
  }
  const result = callSpecial(a, name, [b]);
  if (result !== undefined && result !== NotImplemented) return result;
  if (rightFirst) return undefined;
  const other = callSpecial(b, reflected, [a]);
  return other === NotImplemented ? undefined : other;
}

type Order = '<' | '<=' | '>' | '>=';
const NAMES: Readonly<Record<Order, readonly [string, string]>> = {
  '<': ['__lt__', '__gt__'],
  '<=': ['__le__', '__ge__'],
  '>': ['__gt__', '__lt__'],
  '>=': ['__ge__', '__le__'],
};

function holds(operator: Order, a: number | bigint | string, b: number | bigint | string): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

export function order(operator: Order, a: Value, b: Value): Value {
  if (!simple(a) || !simple(b)) {
    const result = richDispatch(...NAMES[operator], a, b);
    if (result !== undefined) return result;
  }
  const result = nativeOrder(operator, plain(a), plain(b));
  if (result !== undefined) return result;
  throw typeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

export const lessThan = (a: Value, b: Value): boolean =>
  typeof a === 'number' && typeof b === 'number' ? a < b : truth(order('<', a, b));

export function nativeOrder(operator: Order, a: Value, b: Value): Value | undefined {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== undefined && y !== undefined) return holds(operator, x, y);
  if (typeof a === 'string' && typeof b === 'string') return holds(operator, byCodePoint(a, b), 0);
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    return orderItems(operator, a.items, b.items);
  }
  if (a instanceof PySet && b instanceof PySet) {
    const [small, large] = operator.startsWith('<') ? [a, b] : [b, a];
    const inside = [...small.values()].every((value) => large.has(value));
    return inside && (operator.length === 2 || small.size < large.size);
  }
  return undefined;
}

/** UTF-16 sorts some characters in another order than their code points. */
function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] === b[i]) continue;
    return (a.codePointAt(i) ?? 0) - (b.codePointAt(i) ?? 0);
  }
  return a.length - b.length;
}

function orderItems(operator: Order, a: readonly Value[], b: readonly Value[]): Value {
  const length = Math.min(a.length, b.length);
  tick(length);
  return nested(() => {
    for (let i = 0; i < length; i++) {
      if (!same(a[i]!, b[i]!)) return order(operator, a[i]!, b[i]!);
    }
    return holds(operator, a.length, b.length);
  });
}

/** `item in collection` */
export function contains(collection: Value, item: Value): boolean {
  const own = collection !== null && typeof collection === 'object' ? collection : undefined;
  if (own !== undefined && !own.cls.exact) {
    const result = callSpecial(own, '__contains__', [item]);
    if (result !== undefined) return truth(result);
  }
  const native = nativeContains(plain(collection), item);
  if (native !== undefined) return native;
  const next = (() => {
    try {
      return iterate(collection);
    } catch (error) {
      if (typeOf(collection).lookup('__iter__') instanceof PyFunction) throw error;
      throw typeError(`argument of type '${typeName(collection)}' is not iterable`);
    }
  })();
  for (let each = next(); each !== undefined; each = next()) if (same(each, item)) return true;
  return false;
}

export function nativeContains(collection: Value, item: Value): boolean | undefined {
  if (typeof collection === 'string') {
    if (typeof item !== 'string') {
      throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    tick(collection.length / 64);
    return collection.includes(item);
  }
  if (collection instanceof PyDict || collection instanceof PySet) return collection.has(item);
  if (collection instanceof PyRange) {
    const number = numberOf(plain(item));
    if (typeof number !== 'number') return false;
    const place = (number - collection.start) / collection.step;
    return Number.isInteger(place) && place >= 0 && place < collection.length;
  }
  if (collection instanceof PyList || collection instanceof PyTuple) {
    tick(collection.items.length);
    return collection.items.some((each) => same(each, item));
  }
  return undefined;
}

export function compare(operator: CompareOperator, a: Value, b: Value): Value {
  switch (operator) {
    case '==':
      return equality(a, b);
    case '!=':
      return inequality(a, b);
    case 'is':
      return identical(a, b);
    case 'is not':
      return !identical(a, b);
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
    default:
      return order(operator, a, b);
  }
}
