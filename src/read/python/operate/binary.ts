import type { BinaryOperator } from '../ast.ts';
import { claimElements, claimText } from '../state.ts';
import { dictClass } from '../values/classes.ts';
import { PyDict, PySet } from '../values/dict.ts';
import { raised, typeError } from '../values/exceptions.ts';
import { plain, PyClass, type PyObject, type Value } from '../values/object.ts';
import { NotImplemented, PyAlias, PyBytes, PyFloat, PyList, PyTuple } from '../values/values.ts';
import { callSpecial, typeName, typeOf } from './core.ts';
import { floatFloorDivide, floatModulo, floatPower } from './floats.ts';
import { percentFormat } from './percent.ts';
import * as ints from './integers.ts';

export const DUNDERS: Readonly<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '@': 'matmul',
  '/': 'truediv',
  '%': 'mod',
  '**': 'pow',
  '<<': 'lshift',
  '>>': 'rshift',
  '|': 'or',
  '^': 'xor',
  '&': 'and',
  '//': 'floordiv',
};

type IntOperation = (a: ints.Int, b: ints.Int) => Value;
const floatOf = (value: number) => new PyFloat(value);

const INTS: Readonly<Partial<Record<BinaryOperator, IntOperation>>> = {
  '+': ints.add,
  '-': ints.subtract,
  '*': ints.multiply,
  '/': (a, b) => floatOf(ints.trueDivide(a, b)),
  '//': ints.floorDivide,
  '%': ints.remainder,
  '**': (a, b) => (b < 0 ? floatOf(floatPower(ints.toFloat(a), ints.toFloat(b))) : ints.power(a, b)),
  '<<': ints.shiftLeft,
  '>>': ints.shiftRight,
  '|': ints.or,
  '^': ints.xor,
  '&': ints.and,
};

const FLOATS: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => {
    if (b === 0) throw raised('ZeroDivisionError', 'float division by zero');
    return a / b;
  },
  '//': floatFloorDivide,
  '%': floatModulo,
  '**': floatPower,
};

const isInt = (value: Value): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

/** Of Python's own types; undefined where they have no such operation. */
export function nativeBinary(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  const a = typeof left === 'boolean' ? Number(left) : left;
  const b = typeof right === 'boolean' ? Number(right) : right;
  if (isInt(a) && isInt(b)) {
    if (typeof left === 'boolean' && typeof right === 'boolean') {
      if (operator === '|') return left || right;
      if (operator === '&') return left && right;
      if (operator === '^') return left !== right;
    }
    return INTS[operator]?.(a, b);
  }
  if ((a instanceof PyFloat || isInt(a)) && (b instanceof PyFloat || isInt(b))) {
    const operation = FLOATS[operator];
    if (operation === undefined) return undefined;
    const x = a instanceof PyFloat ? a.value : ints.toFloat(a);
    return floatOf(operation(x, b instanceof PyFloat ? b.value : ints.toFloat(b)));
  }
  if (operator === '+') return concatenate(left, right);
  if (operator === '*') {
    if (isInt(b)) return repeat(left, b);
    return isInt(a) ? repeat(right, a) : undefined;
  }
  if (operator === '%' && typeof left === 'string') return percentFormat(left, right);
  if (left instanceof PySet && right instanceof PySet) return setOperation(operator, left, right);
  if (operator === '|' && left instanceof PyDict && right instanceof PyDict) {
    const merged = new PyDict(left.cls.exact ? dictClass : left.cls);
    for (const { key, value } of left.entries()) merged.set(key, value);
    for (const { key, value } of right.entries()) merged.set(key, value);
    return merged;
  }
  // `int | None`: a type for annotations.
  const type = (value: Value) => value === null || value instanceof PyClass || value instanceof PyAlias;
  if (operator === '|' && type(left) && type(right) && (left ?? right) !== null) {
    return new PyAlias(typeOf(null), new PyTuple([...unionArgs(left), ...unionArgs(right)]));
  }
  return undefined;
}

const unionArgs = (value: Value): readonly Value[] =>
  value instanceof PyAlias && value.origin === typeOf(null) ? value.args.items : [value];

function concatenate(a: Value, b: Value): Value | undefined {
  if (typeof a === 'string' && typeof b === 'string') {
    claimText(a.length + b.length);
    return a + b;
  }
  if (a instanceof PyList && b instanceof PyList) {
    claimElements(a.items.length + b.items.length);
    return new PyList([...a.items, ...b.items]);
  }
  if (a instanceof PyTuple && b instanceof PyTuple) {
    claimElements(a.items.length + b.items.length);
    return new PyTuple([...a.items, ...b.items]);
  }
  if (a instanceof PyBytes && b instanceof PyBytes) {
    claimText(a.bytes.length + b.bytes.length);
    return new PyBytes(Uint8Array.from([...a.bytes, ...b.bytes]));
  }
  return undefined;
}

function repeat(value: Value, count: ints.Int): Value | undefined {
  const times = count < 0 ? 0 : Number(count);
  if (typeof value === 'string') {
    if (value === '') return '';
    claimText(value.length * times);
    return value.repeat(times);
  }
  if (value instanceof PyList) return new PyList(repeated(value.items, times));
  if (value instanceof PyTuple) return new PyTuple(repeated(value.items, times));
  if (value instanceof PyBytes) return new PyBytes(Uint8Array.from(repeated([...value.bytes], times)));
  return undefined;
}

function repeated<T>(items: readonly T[], times: number): T[] {
  if (items.length === 0) return [];
  claimElements(items.length * times);
  const result: T[] = [];
  for (let i = 0; i < times; i++) for (const item of items) result.push(item);
  return result;
}

function setOperation(operator: BinaryOperator, a: PySet, b: PySet): PySet | undefined {
  switch (operator) {
    case '|':
      return PySet.of([...a.values(), ...b.values()], a.cls);
    case '&':
      return PySet.of(
        [...a.values()].filter((value) => b.has(value)),
        a.cls,
      );
    case '-':
      return PySet.of(
        [...a.values()].filter((value) => !b.has(value)),
        a.cls,
      );
    case '^': {
      const left = [...a.values()].filter((value) => !b.has(value));
      return PySet.of([...left, ...[...b.values()].filter((value) => !a.has(value))], a.cls);
    }
    default:
      return undefined;
  }
}

const simple = (value: Value) => value === null || typeof value !== 'object' || value.cls.exact;

/** Any `left operator right`. */
export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  const result =
    simple(left) && simple(right)
      ? nativeBinary(operator, left, right)
      : (dispatch(`__${DUNDERS[operator]}__`, `__r${DUNDERS[operator]}__`, left, right) ??
        nativeBinary(operator, plain(left), plain(right)));
  if (result === undefined) throw unsupported(operator === '**' ? '** or pow()' : operator, left, right);
  return result;
}

function unsupported(operator: string, left: Value, right: Value): Error {
  if (operator === '+' && typeof left === 'string') {
    return typeError(`can only concatenate str (not "${typeName(right)}") to str`);
  }
  if (operator === '+' && left instanceof PyList) {
    return typeError(`can only concatenate list (not "${typeName(right)}") to list`);
  }
  if (operator === '+' && left instanceof PyTuple) {
    return typeError(`can only concatenate tuple (not "${typeName(right)}") to tuple`);
  }
  return typeError(
    `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

/** The method of the left operand, then the reflected one of the right; a derived class on the right comes first. */
function dispatch(name: string, reflected: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [typeOf(left), typeOf(right)];
  const method = b.lookup(reflected);
  const rightFirst = a !== b && method !== undefined && b.isSubclassOf(a) && method !== a.lookup(reflected);
  if (rightFirst) {
    const result = callSpecial(right, reflected, [left]);
    if (result !== undefined && result !== NotImplemented) return result;
  }
  const result = callSpecial(left, name, [right]);
  if (result !== undefined && result !== NotImplemented) return result;
  if (a === b || rightFirst) return undefined;
  const other = callSpecial(right, reflected, [left]);
  return other === NotImplemented ? undefined : other;
}

/** `left operator= right`: in place where the object can. */
export function inPlace(
  operator: BinaryOperator,
  left: Value,
  right: Value,
  extend: (list: PyList, by: Value) => void,
): Value {
  if (left !== null && typeof left === 'object') {
    if (left instanceof PyList && left.cls.exact) {
      if (operator === '+') {
        extend(left, right);
        return left;
      }
      if (operator === '*') {
        left.items = (binary('*', left, right) as PyList).items;
        return left;
      }
    } else if (left instanceof PySet && right instanceof PySet && !left.frozen) {
      const result = setOperation(operator, left, right);
      if (result !== undefined) {
        const values = [...result.values()];
        left.clear();
        for (const value of values) left.add(value);
        return left;
      }
    } else if (left instanceof PyDict && right instanceof PyDict && operator === '|') {
      for (const { key, value } of right.entries()) left.set(key, value);
      return left;
    } else if (!left.cls.exact) {
      const result = callSpecial(left, `__i${DUNDERS[operator]}__`, [right]);
      if (result !== undefined && result !== NotImplemented) return result;
    }
  }
  try {
    return binary(operator, left, right);
  } catch (error) {
    throw inPlaceError(error, operator, left, right);
  }
}

function inPlaceError(error: unknown, operator: string, left: Value, right: Value): unknown {
  const text = `unsupported operand type(s) for ${operator === '**' ? '** or pow()' : operator}: '${typeName(left)}' and`;
  const message = (error as { exception?: { args?: PyTuple } }).exception?.args?.items[0];
  if (typeof message !== 'string' || !message.startsWith(text)) return error;
  return typeError(
    `unsupported operand type(s) for ${operator}=: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

export function unary(operator: '~' | '+' | '-', operand: Value): Value {
  const value = plain(operand);
  const int = typeof value === 'boolean' ? Number(value) : value;
  const object: PyObject | undefined =
    operand !== null && typeof operand === 'object' && !operand.cls.exact ? operand : undefined;
  if (object !== undefined) {
    const name = { '~': '__invert__', '+': '__pos__', '-': '__neg__' }[operator];
    const result = callSpecial(object, name, []);
    if (result !== undefined) return result;
  }
  if (isInt(int)) {
    if (operator === '-') return ints.negate(int);
    return operator === '+' ? int : ints.subtract(ints.negate(int), 1);
  }
  if (int instanceof PyFloat && operator !== '~') return operator === '-' ? floatOf(-int.value) : int;
  throw typeError(`bad operand type for unary ${operator}: '${typeName(operand)}'`);
}
