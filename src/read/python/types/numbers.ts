import type { BinaryOperator } from '../ast.ts';
import { DUNDERS, nativeBinary, unary } from '../operate/binary.ts';
import { nativeEquals, nativeOrder } from '../operate/compare.ts';
import { callSpecial, typeName } from '../operate/core.ts';
import { floatText, roundHalfEven, roundTo } from '../operate/floats.ts';
import * as ints from '../operate/integers.ts';
import { addMethods, classMethod, method } from '../operate/native.ts';
import { indexOf, smallIndex, truth } from '../operate/protocols.ts';
import { quoted } from '../operate/text.ts';
import { boolClass, floatClass, intClass } from '../values/classes.ts';
import { typeError, valueError } from '../values/exceptions.ts';
import { plain, type PyClass, PyDerived, type Value } from '../values/object.ts';
import {
  NotImplemented,
  PyBytes,
  PyFloat,
  PyGetSet,
  PyNative,
  PyStaticMethod,
  PyTuple,
} from '../values/values.ts';

const isInt = (value: Value): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

/** `cls(…)` of a type whose objects do not change: of a derived class with the value inside. */
export function constructor(
  make: (cls: PyClass, args: readonly Value[], keywords: ReadonlyMap<string, Value>) => Value,
) {
  return new PyStaticMethod(
    new PyNative('__new__', (args, keywords) => {
      const [cls, ...rest] = args;
      const made = make(cls as PyClass, rest, keywords ?? new Map());
      return made;
    }),
  );
}

/** The value itself, or an object of a derived class around it. */
export const derived = (cls: PyClass, own: PyClass, value: Value): Value =>
  cls === own || value === null ? value : new PyDerived(cls, value);

function toInt(value: Value, base?: Value): number | bigint {
  const own = plain(value);
  if (typeof own === 'string' || own instanceof PyBytes) {
    const text = typeof own === 'string' ? own : String.fromCharCode(...own.bytes);
    return parseInt_(text, base === undefined ? 10 : smallIndex(base));
  }
  if (base !== undefined) throw typeError("int() can't convert non-string with explicit base");
  if (isInt(own)) return own;
  if (typeof own === 'boolean') return Number(own);
  if (own instanceof PyFloat) return ints.fromFloat(own.value);
  for (const name of ['__int__', '__index__', '__trunc__']) {
    const result = callSpecial(value, name, []);
    if (result !== undefined) return indexOf(result);
  }
  throw typeError(
    `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
  );
}

function parseInt_(given: string, base: number): number | bigint {
  const wrong = () => valueError(`invalid literal for int() with base ${base}: ${quoted(given)}`);
  const text = given
    .trim()
    .replaceAll(/(?<=[0-9a-zA-Z])_(?=[0-9a-zA-Z])/g, '')
    .toLowerCase();
  const match = /^([+-]?)(0[xob])?([0-9a-z]+)$/.exec(text);
  if (match === null) throw wrong();
  const [, sign, prefix, digits = ''] = match;
  const own = { '0x': 16, '0o': 8, '0b': 2 }[prefix ?? ''];
  let radix = base === 0 ? (own ?? 10) : base;
  let body = digits;
  if (own !== undefined && radix !== own) {
    // `int('0b1', 16)`: the prefix is digits there.
    if (base === 0 || base < 12) throw wrong();
    body = prefix! + digits;
  }
  if (radix < 2 || radix > 36) throw valueError('int() base must be >= 2 and <= 36, or 0');
  radix = Math.trunc(radix);
  const highest = radix <= 10 ? `[0-${radix - 1}]+` : `[0-9a-${String.fromCharCode(86 + radix)}]+`;
  if (!new RegExp(`^${highest}$`).test(body)) throw wrong();
  if (body.length > 4300) throw valueError('Exceeds the limit (4300 digits) for integer string conversion');
  let value: number | bigint = 0;
  if (body.length <= 10) value = Number.parseInt(body, radix);
  else for (const digit of body) value = ints.add(ints.multiply(value, radix), Number.parseInt(digit, 36));
  return sign === '-' ? ints.negate(value) : value;
}

export function toFloat(value: Value): number {
  const own = plain(value);
  if (own instanceof PyFloat) return own.value;
  if (isInt(own)) return ints.toFloat(own);
  if (typeof own === 'boolean') return Number(own);
  if (typeof own === 'string') return parseFloat_(own);
  const result = callSpecial(value, '__float__', []);
  if (result instanceof PyFloat) return result.value;
  const index = callSpecial(value, '__index__', []);
  if (index !== undefined) return Number(index);
  throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
}

function parseFloat_(given: string): number {
  const text = given
    .trim()
    .toLowerCase()
    .replaceAll(/(?<=\d)_(?=\d)/g, '');
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
  if (special !== null) return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(text)) {
    throw valueError(`could not convert string to float: ${quoted(given)}`);
  }
  return Number(text);
}

/** `__add__` and its like as methods, for `super().__add__` and for derived classes. */
export function operatorMethods(operators: readonly BinaryOperator[]): PyNative[] {
  return operators.flatMap((operator) => [
    method(
      `__${DUNDERS[operator]}__`,
      'self other',
      (self, other) => nativeBinary(operator, plain(self), plain(other)) ?? NotImplemented,
    ),
    method(
      `__r${DUNDERS[operator]}__`,
      'self other',
      (self, other) => nativeBinary(operator, plain(other), plain(self)) ?? NotImplemented,
    ),
  ]);
}

export const orderMethods = (): PyNative[] => [
  method(
    '__lt__',
    'self other',
    (self, other) => nativeOrder('<', plain(self), plain(other)) ?? NotImplemented,
  ),
  method(
    '__le__',
    'self other',
    (self, other) => nativeOrder('<=', plain(self), plain(other)) ?? NotImplemented,
  ),
  method(
    '__gt__',
    'self other',
    (self, other) => nativeOrder('>', plain(self), plain(other)) ?? NotImplemented,
  ),
  method(
    '__ge__',
    'self other',
    (self, other) => nativeOrder('>=', plain(self), plain(other)) ?? NotImplemented,
  ),
  method('__eq__', 'self other', (self, other) => nativeEquals(plain(self), plain(other)) ?? NotImplemented),
  method('__ne__', 'self other', (self, other) => {
    const equal = nativeEquals(plain(self), plain(other));
    return equal === undefined ? NotImplemented : !equal;
  }),
];

const unaryMethods = () => [
  method('__neg__', 'self', (self) => unary('-', plain(self))),
  method('__pos__', 'self', (self) => unary('+', plain(self))),
  method('__abs__', 'self', (self) => absolute(plain(self))),
  method('__bool__', 'self', (self) => truth(plain(self))),
  method('__int__', 'self', (self) => toInt(plain(self))),
  method('__float__', 'self', (self) => new PyFloat(toFloat(plain(self)))),
];

export function absolute(value: Value): Value {
  const own = typeof value === 'boolean' ? Number(value) : value;
  if (typeof own === 'number') return Math.abs(own);
  if (typeof own === 'bigint') return own < 0n ? -own : own;
  if (own instanceof PyFloat) return new PyFloat(Math.abs(own.value));
  const result = callSpecial(value, '__abs__', []);
  if (result === undefined) throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
  return result;
}

export function round(value: Value, digits: Value | undefined): Value {
  const own = plain(value);
  const places = digits === undefined || digits === null ? undefined : smallIndex(digits);
  if (own instanceof PyFloat) {
    if (places === undefined) return ints.fromFloat(roundHalfEven(own.value));
    return new PyFloat(roundTo(own.value, places));
  }
  if (isInt(own) || typeof own === 'boolean') {
    if (places === undefined || places >= 0) return Number.isSafeInteger(Number(own)) ? Number(own) : own;
    const unit = ints.power(10, -places);
    const low = ints.multiply(ints.floorDivide(own as number, unit), unit);
    const twice = ints.multiply(2, ints.subtract(own as number, low));
    const even = ints.remainder(ints.floorDivide(low, unit), 2) === 0;
    // eslint-disable-next-line eqeqeq
    return twice > unit || (twice == unit && !even) ? ints.add(low, unit) : low;
  }
  const result = callSpecial(value, '__round__', digits === undefined ? [] : [digits]);
  if (result === undefined) throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
  return result;
}

const ALL: readonly BinaryOperator[] = ['+', '-', '*', '/', '//', '%', '**'];

export function installNumbers(): void {
  intClass.members.set(
    '__new__',
    constructor((cls, args, keywords) =>
      derived(cls, intClass, args.length === 0 ? 0 : toInt(args[0]!, args[1] ?? keywords.get('base'))),
    ),
  );
  boolClass.members.set(
    '__new__',
    constructor((_, args) => args.length > 0 && truth(args[0]!)),
  );
  floatClass.members.set(
    '__new__',
    constructor((cls, args) =>
      derived(cls, floatClass, new PyFloat(args.length === 0 ? 0 : toFloat(args[0]!))),
    ),
  );
  for (const cls of [intClass, floatClass]) {
    addMethods(cls, [
      ...operatorMethods(cls === intClass ? [...ALL, '<<', '>>', '&', '|', '^'] : ALL),
      ...orderMethods(),
      ...unaryMethods(),
      method('__round__', 'self digits?', (self, digits) => round(plain(self), digits)),
      method(
        '__divmod__',
        'self other',
        (self, other) =>
          new PyTuple([
            nativeBinary('//', plain(self), plain(other)) ?? NotImplemented,
            nativeBinary('%', plain(self), plain(other)) ?? NotImplemented,
          ]),
      ),
      method('conjugate', 'self', (self) => self),
    ]);
    cls.members.set('real', new PyGetSet('real', (self) => plain(self)));
    cls.members.set('imag', new PyGetSet('imag', (self) => (isInt(plain(self)) ? 0 : new PyFloat(0))));
  }
  addMethods(intClass, [
    method('__invert__', 'self', (self) => unary('~', plain(self))),
    method('__index__', 'self', (self) => indexOf(self)),
    method('bit_length', 'self', (self) => ints.bitLength(indexOf(self))),
    method('bit_count', 'self', (self) => (indexOf(self).toString(2).match(/1/g) ?? []).length),
    method('is_integer', 'self', () => true),
  ]);
  intClass.members.set('numerator', new PyGetSet('numerator', (self) => plain(self)));
  intClass.members.set('denominator', new PyGetSet('denominator', () => 1));
  addMethods(floatClass, [
    method('is_integer', 'self', (self) => Number.isInteger(toFloat(self))),
    method('__trunc__', 'self', (self) => toInt(plain(self))),
    method('hex', 'self', (self) => floatText(toFloat(self))),
    method('as_integer_ratio', 'self', (self) => {
      let numerator = toFloat(self);
      let power = 0;
      while (!Number.isInteger(numerator)) {
        numerator *= 2;
        power++;
      }
      return new PyTuple([ints.fromFloat(numerator), ints.power(2, power)]);
    }),
  ]);
  floatClass.members.set(
    'fromhex',
    classMethod('fromhex', 'cls text', (_, text) => new PyFloat(Number(text))),
  );
}
