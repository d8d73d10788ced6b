import { binary } from './operate/binary.ts';
import { lessThan } from './operate/compare.ts';
import {
  call,
  callSpecial,
  deleteAttribute,
  findAttribute,
  getAttribute,
  isAttributeError,
  isCallable,
  isInstance,
  setAttribute,
  typeName,
  typeOf,
} from './operate/core.ts';
import { format } from './operate/format.ts';
import { hashOf, idOf } from './operate/hash.ts';
import { type Int, powerModulo } from './operate/integers.ts';
import { func, named, nativeModule } from './operate/native.ts';
import { collect, each, indexOf, iterate, iteratorOf, lengthOf, truth } from './operate/protocols.ts';
import { getItem } from './operate/items.ts';
import { ascii, repr, str } from './operate/text.ts';
import { run, tick } from './state.ts';
import { absolute, round } from './types/numbers.ts';
import { next } from './types/functions.ts';
import { namesOf } from './types/object.ts';
import { reversed, sorted } from './types/sequences.ts';
import * as classes from './values/classes.ts';
import { PyNames } from './values/dict.ts';
import { exceptionClasses, raised, typeError, valueError } from './values/exceptions.ts';
import { PyClass, PyObject, type Value } from './values/object.ts';
import {
  Ellipsis,
  NotImplemented,
  PyAlias,
  PyGenerator,
  PyIterator,
  PyList,
  type PyModule,
  PyTuple,
} from './values/values.ts';
import type { Frame } from './compile/frame.ts';

/** `isinstance(value, cls)`, with tuples, unions and `__instancecheck__`. */
function instanceOf(value: Value, cls: Value): boolean {
  if (cls instanceof PyTuple) return cls.items.some((item) => instanceOf(value, item));
  if (cls instanceof PyAlias)
    return cls.origin === classes.noneClass ? instanceOf(value, cls.args) : instanceOf(value, cls.origin);
  if (cls === null) return value === null;
  if (!(cls instanceof PyClass)) {
    const check = findAttribute(cls, '__instancecheck__');
    if (check === undefined) {
      throw typeError('isinstance() arg 2 must be a type, a tuple of types, or a union');
    }
    return truth(call(check, [value]));
  }
  if (cls.cls === classes.typeClass) return isInstance(value, cls);
  return truth(callSpecial(cls, '__instancecheck__', [value])!);
}

function subclassOf(cls: Value, of: Value): boolean {
  if (of instanceof PyTuple) return of.items.some((item) => subclassOf(cls, item));
  if (!(cls instanceof PyClass)) throw typeError('issubclass() arg 1 must be a class');
  if (!(of instanceof PyClass))
    throw typeError('issubclass() arg 2 must be a class, a tuple of classes, or a union');
  if (of.cls === classes.typeClass) return cls.isSubclassOf(of);
  return truth(callSpecial(of, '__subclasscheck__', [cls])!);
}

function extreme(name: string, better: (a: Value, b: Value) => boolean) {
  return func(name, '*values key? default?', (values, key, otherwise) => {
    if (values.length === 0) throw typeError(`${name} expected at least 1 argument, got 0`);
    const items = values.length === 1 ? collect(values[0]!) : values;
    const of = (item: Value) => (key === undefined || key === null ? item : call(key, [item]));
    let best: Value | undefined;
    let bestKey: Value = null;
    for (const item of items) {
      const own = of(item);
      if (best === undefined || better(own, bestKey)) [best, bestKey] = [item, own];
    }
    best ??= otherwise;
    if (best === undefined) throw valueError(`${name}() arg is an empty sequence`);
    return best;
  });
}

function sum(items: Value, start: Value | undefined): Value {
  if (typeof start === 'string') throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  let total: Value = start ?? 0;
  each(items, (item) => {
    total =
      typeof total === 'number' && typeof item === 'number' && Number.isSafeInteger(total + item)
        ? total + item
        : binary('+', total, item);
  });
  return total;
}

const attributeName = (name: Value): string => {
  if (typeof name !== 'string') throw typeError('attribute name must be string');
  return name;
};

function attributeOr(value: Value, name: Value): Value | undefined {
  try {
    return findAttribute(value, attributeName(name));
  } catch (error) {
    if (isAttributeError(error)) return undefined;
    throw error;
  }
}

function power(base: Value, exponent: Value, modulus: Value | undefined): Value {
  if (modulus === undefined || modulus === null) return binary('**', base, exponent);
  return powerModulo(indexOf(base), indexOf(exponent), indexOf(modulus));
}

const radix = (name: string, base: number, prefix: string) =>
  func(name, 'value', (value) => {
    const int: Int = indexOf(value);
    return `${int < 0 ? '-' : ''}${prefix}${int.toString(base).replace('-', '')}`;
  });

/** A function over iterables, one value at a time. */
function zipped(values: readonly Value[], strict: boolean): PyIterator {
  const sources = values.map(iterate);
  return new PyIterator(() => {
    tick();
    if (sources.length === 0) return undefined;
    const items: Value[] = [];
    for (const source of sources) {
      const item = source();
      if (item === undefined) {
        const longer = strict && (items.length > 0 || sources.slice(1).some((each) => each() !== undefined));
        if (longer)
          throw valueError(
            `zip() argument ${items.length + 1} is ${items.length > 0 ? 'shorter' : 'shorter'} than argument ${Math.max(1, items.length)}`,
          );
        return undefined;
      }
      items.push(item);
    }
    return new PyTuple(items);
  });
}

const functions = () => [
  func('print', '*values sep? end? file? flush?', (values, sep, end) => {
    const text = values.map(str).join(sep === undefined || sep === null ? ' ' : str(sep));
    run.print(text + (end === undefined || end === null ? '\n' : str(end)));
  }),
  func('len', 'value', (value) => lengthOf(value)),
  func('repr', 'value', (value) => repr(value)),
  func('ascii', 'value', (value) => ascii(value)),
  func('format', 'value specifier?', (value, specifier) =>
    format(value, specifier === undefined ? '' : str(specifier)),
  ),
  func(
    'sorted',
    'items * key? reverse?',
    (items, key, reverse) => new PyList(sorted(collect(items), key, reverse !== undefined && truth(reverse))),
  ),
  func('sum', 'items start?', sum),
  extreme('min', lessThan),
  extreme('max', (a, b) => lessThan(b, a)),
  func('abs', 'value', absolute),
  func('round', 'number ndigits?', round),
  func('divmod', 'a b', (a, b) => {
    const own = callSpecial(a, '__divmod__', [b]);
    if (own !== undefined && own !== NotImplemented && typeOf(a).exact === false) return own;
    return new PyTuple([binary('//', a, b), binary('%', a, b)]);
  }),
  func('pow', 'base exp mod?', power),
  func('all', 'items', (items) => {
    const source = iterate(items);
    for (let item = source(); item !== undefined; item = source()) if (!truth(item)) return false;
    return true;
  }),
  func('any', 'items', (items) => {
    const source = iterate(items);
    for (let item = source(); item !== undefined; item = source()) if (truth(item)) return true;
    return false;
  }),
  func('iter', 'value sentinel?', (value, sentinel) => {
    if (sentinel === undefined) return iteratorOf(value);
    return new PyIterator(() => {
      tick();
      const item = call(value, []);
      return item === sentinel ? undefined : item;
    });
  }),
  func('next', 'iterator default?', (value, otherwise) => {
    const item = next(value);
    if (item !== undefined) return item;
    if (otherwise !== undefined) return otherwise;
    throw raised(
      'StopIteration',
      value instanceof PyGenerator && value.returned !== null ? value.returned : undefined,
    );
  }),
  func('zip', '*values strict?', (values, strict) => zipped(values, strict === true)),
  func('enumerate', 'items start?', (items, start) => {
    const source = iterate(items);
    let index = start === undefined ? 0 : Number(indexOf(start));
    return new PyIterator(() => {
      const item = source();
      return item === undefined ? undefined : new PyTuple([index++, item]);
    });
  }),
  func('map', 'function *values', (function_, values) => {
    const sources = values.map(iterate);
    return new PyIterator(() => {
      tick();
      const items = sources.map((source) => source());
      return items.includes(undefined) ? undefined : call(function_, items as Value[]);
    });
  }),
  func('filter', 'function items', (function_, items) => {
    const source = iterate(items);
    return new PyIterator(() => {
      for (let item = source(); item !== undefined; item = source()) {
        if (truth(function_ === null ? item : call(function_, [item]))) return item;
      }
      return undefined;
    });
  }),
  func('reversed', 'items', (items) => {
    const native = reversed(items);
    if (native !== undefined && typeOf(items).exact) return native;
    const own = callSpecial(items, '__reversed__', []);
    if (own !== undefined) return own;
    if (typeof items === 'string') return reversed(new PyList(collect(items)))!;
    let index = lengthOf(items);
    return new PyIterator(() => (index > 0 ? getItem(items, --index) : undefined));
  }),
  func('isinstance', 'value cls', instanceOf),
  func('issubclass', 'cls of', subclassOf),
  func('callable', 'value', isCallable),
  func('getattr', 'object name default?', (object, name, otherwise) => {
    if (otherwise === undefined) return getAttribute(object, attributeName(name));
    const found = attributeOr(object, name);
    return found !== undefined ? found : otherwise;
  }),
  func('hasattr', 'object name', (object, name) => attributeOr(object, name) !== undefined),
  func('setattr', 'object name value', (object, name, value) =>
    setAttribute(object, attributeName(name), value),
  ),
  func('delattr', 'object name', (object, name) => deleteAttribute(object, attributeName(name))),
  func('hash', 'value', (value) => hashOf(value)),
  func('id', 'value', (value) => (value instanceof PyObject ? idOf(value) : hashOf(value))),
  func('ord', 'char', (char) => {
    if (typeof char !== 'string' || lengthOf(char) !== 1)
      throw typeError(`ord() expected a character, but got ${typeName(char)}`);
    return char.codePointAt(0)!;
  }),
  func('chr', 'code', (code) => {
    const point = indexOf(code);
    if (point < 0 || point > 0x10ffff) throw valueError('chr() arg not in range(0x110000)');
    return String.fromCodePoint(Number(point));
  }),
  radix('hex', 16, '0x'),
  radix('bin', 2, '0b'),
  radix('oct', 8, '0o'),
  func('vars', 'object?', (object) => (object === undefined ? locals() : getAttribute(object, '__dict__'))),
  func(
    'dir',
    'object?',
    (object) => new PyList(object === undefined ? [...locals().names.keys()].sort() : namesOf(object)),
  ),
  func('globals', '', () => new PyNames(current().module.attributes)),
  func('locals', '', () => locals()),
];

const current = (): Frame => {
  if (run.frame === undefined) throw raised('RuntimeError', 'no frame');
  return run.frame as Frame;
};

/** Of a module or a class; those of a function are not told, since nobody needs them. */
const locals = (): PyNames => new PyNames(current().names);

const refused = [
  'eval',
  'exec',
  'compile',
  'open',
  'input',
  '__import__',
  'breakpoint',
  'memoryview',
  'complex',
].map((name) =>
  func(name, '*args **keywords', () => {
    throw raised('NotImplementedError', `${name}() is not available: source is read, not run`);
  }),
);

export function makeBuiltins(): PyModule {
  const types = [
    classes.objectClass,
    classes.typeClass,
    classes.intClass,
    classes.boolClass,
    classes.floatClass,
    classes.strClass,
    classes.bytesClass,
    classes.listClass,
    classes.tupleClass,
    classes.dictClass,
    classes.setClass,
    classes.frozensetClass,
    classes.rangeClass,
    classes.sliceClass,
    classes.propertyClass,
    classes.staticmethodClass,
    classes.classmethodClass,
    classes.superClass,
  ];
  return nativeModule('builtins', [
    ...types.map((cls) => [cls.name, cls] as const),
    ...exceptionClasses,
    ['IOError', exceptionClasses.get('OSError')!],
    ['EnvironmentError', exceptionClasses.get('OSError')!],
    ['NotImplemented', NotImplemented],
    ['Ellipsis', Ellipsis],
    ['__debug__', true],
    ...named(functions()),
    ...named(refused),
  ]);
}
