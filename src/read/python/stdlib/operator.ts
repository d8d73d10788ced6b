import type { BinaryOperator, CompareOperator } from '../ast.ts';
import { binary, DUNDERS, unary } from '../operate/binary.ts';
import { compare, contains } from '../operate/compare.ts';
import { call, getAttribute } from '../operate/core.ts';
import { getItem, setItem } from '../operate/items.ts';
import { func, named, nativeModule } from '../operate/native.ts';
import { indexOf, truth } from '../operate/protocols.ts';
import { absolute } from '../types/numbers.ts';
import type { Value } from '../values/object.ts';
import { PyTuple } from '../values/values.ts';

const COMPARISONS: readonly (readonly [string, CompareOperator])[] = [
  ['lt', '<'],
  ['le', '<='],
  ['eq', '=='],
  ['ne', '!='],
  ['ge', '>='],
  ['gt', '>'],
  ['is_', 'is'],
  ['is_not', 'is not'],
];

/** One of several keys, or a tuple of all. */
const getter = (keys: readonly Value[], get: (value: Value, key: Value) => Value) =>
  func('getter', 'value', (value) =>
    keys.length === 1 ? get(value, keys[0]!) : new PyTuple(keys.map((key) => get(value, key))),
  );

export const operator = () =>
  nativeModule('operator', [
    ...named([
      ...Object.entries(DUNDERS).map(([sign, name]) =>
        func(/^(?:and|or)$/.test(name) ? `${name}_` : name, 'a b', (a, b) =>
          binary(sign as BinaryOperator, a, b),
        ),
      ),
      ...COMPARISONS.map(([name, sign]) => func(name, 'a b', (a, b) => compare(sign, a, b))),
      func('neg', 'a', (a) => unary('-', a)),
      func('pos', 'a', (a) => unary('+', a)),
      func('invert', 'a', (a) => unary('~', a)),
      func('not_', 'a', (a) => !truth(a)),
      func('truth', 'a', (a) => truth(a)),
      func('abs', 'a', absolute),
      func('index', 'a', (a) => indexOf(a)),
      func('getitem', 'a b', getItem),
      func('setitem', 'a b c', setItem),
      func('contains', 'a b', contains),
      func('itemgetter', '*keys', (keys) => getter(keys, getItem)),
      func('attrgetter', '*names', (names) =>
        getter(names, (value, name) =>
          String(name)
            .split('.')
            .reduce<Value>((own, part) => getAttribute(own, part), value),
        ),
      ),
      func('methodcaller', 'name *args **keywords', (name, args, keywords) =>
        func('methodcaller', 'value', (value) => call(getAttribute(value, String(name)), args, keywords)),
      ),
    ]),
  ]);
