import { claimElements, tick } from '../state.ts';
import { PyDict, PySet } from '../values/dict.ts';
import { raised, Raised, typeError } from '../values/exceptions.ts';
import { plain, PyClass, type PyObject, type Value } from '../values/object.ts';
import {
  type Next,
  PyBytes,
  PyFloat,
  PyGenerator,
  PyIterator,
  PyList,
  PyRange,
  PyTuple,
} from '../values/values.ts';
import { callSpecial, typeName, typeOf } from './core.ts';

export const isStop = (error: unknown): error is Raised =>
  error instanceof Raised && error.exception.cls.mro.some(({ name }) => name === 'StopIteration');

/** Whether JavaScript's own operations may be used: no class in between may have changed them. */
const untouched = (value: PyObject, name: string) => value.cls.exact || value.cls.lookup(name) === undefined;

export function truth(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'string':
      return value !== '';
    default:
      return value !== null && objectTruth(value);
  }
}

function objectTruth(value: PyObject): boolean {
  if (value.cls.exact) {
    if (value instanceof PyFloat) return value.value !== 0;
    if (value instanceof PyList || value instanceof PyTuple) return value.items.length > 0;
    if (value instanceof PyDict || value instanceof PySet) return value.size > 0;
    if (value instanceof PyRange) return value.length > 0;
    if (value instanceof PyBytes) return value.bytes.length > 0;
  }
  const answer = callSpecial(value, '__bool__', []);
  if (answer !== undefined) {
    if (typeof answer !== 'boolean')
      throw typeError(`__bool__ should return bool, returned ${typeName(answer)}`);
    return answer;
  }
  const length = callSpecial(value, '__len__', []);
  if (length !== undefined) return length !== 0;
  const own = plain(value);
  return own === value ? true : truth(own);
}

const SURROGATE = /[\ud800-\udfff]/;

/** Code points, which Python counts. */
export const codePoints = (text: string): string | string[] =>
  SURROGATE.test(text) ? Array.from(text) : text;

/** Runs through anything; each turn counts as a step. */
export function iterate(value: Value): Next {
  if (value instanceof PyGenerator && value.cls.exact) {
    return () => {
      tick();
      return value.send(null);
    };
  }
  if (value instanceof PyIterator) {
    return () => {
      tick();
      return value.next();
    };
  }
  const own = value !== null && typeof value === 'object' ? value : undefined;
  if (own === undefined || own.cls.exact) {
    const native = nativeIterator(value);
    if (native !== undefined) return native;
  }
  const iterator = own === undefined ? undefined : callSpecial(own, '__iter__', []);
  if (iterator !== undefined) {
    if (iterator instanceof PyIterator || (iterator instanceof PyGenerator && iterator !== value)) {
      return iterate(iterator);
    }
    return nextOf(iterator);
  }
  const inner = plain(value);
  if (inner !== value) return iterate(inner);
  if (own !== undefined && typeOf(own).lookup('__getitem__') !== undefined && !(own instanceof PyClass)) {
    return bySequence(own);
  }
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

/** Calls `__next__` until it raises StopIteration. */
export function nextOf(iterator: Value): Next {
  if (typeOf(iterator).lookup('__next__') === undefined) {
    throw typeError(`iter() returned non-iterator of type '${typeName(iterator)}'`);
  }
  return () => {
    tick();
    try {
      return callSpecial(iterator, '__next__', []);
    } catch (error) {
      if (isStop(error)) return undefined;
      throw error;
    }
  };
}

/** The old protocol: indices from zero until IndexError. */
function bySequence(value: PyObject): Next {
  let index = 0;
  return () => {
    tick();
    try {
      return callSpecial(value, '__getitem__', [index++]);
    } catch (error) {
      if (error instanceof Raised && error.exception.cls.mro.some(({ name }) => name === 'IndexError'))
        return undefined;
      throw error;
    }
  };
}

/** Of Python's own collections; undefined for anything else. */
export function nativeIterator(value: Value): Next | undefined {
  if (typeof value === 'string') return over(codePoints(value));
  if (value instanceof PyList) {
    let index = 0;
    return () => {
      tick();
      return value.items[index++];
    };
  }
  if (value instanceof PyTuple) return over(value.items);
  if (value instanceof PyRange) {
    let index = 0;
    return () => {
      tick();
      return index < value.length ? value.start + value.step * index++ : undefined;
    };
  }
  if (value instanceof PyDict) return guarded(value, 'dictionary', value.entries(), ({ key }) => key);
  if (value instanceof PySet) return guarded(value, 'Set', value.values(), (each) => each);
  if (value instanceof PyBytes) return over([...value.bytes]);
  return undefined;
}

function over(items: ArrayLike<Value>): Next {
  let index = 0;
  return () => {
    tick();
    return items[index++];
  };
}

/** A dict or set must not change while somebody runs through it. */
export function guarded<T>(
  value: { readonly size: number },
  what: string,
  entries: Iterable<T>,
  pick: (entry: T) => Value,
): Next {
  const { size } = value;
  const iterator = entries[Symbol.iterator]();
  return () => {
    tick();
    if (value.size !== size) throw raised('RuntimeError', `${what} changed size during iteration`);
    const turn = iterator.next();
    return turn.done === true ? undefined : pick(turn.value);
  };
}

/** All that there is to run through. */
export function collect(value: Value): Value[] {
  if (value instanceof PyList || value instanceof PyTuple) {
    if (untouched(value, '__iter__') || value.cls.lookup('__iter__') === undefined || value.cls.exact) {
      claimElements(value.items.length);
      return value.items.slice();
    }
  }
  if (value instanceof PyRange) claimElements(value.length);
  const next = iterate(value);
  const items: Value[] = [];
  for (let item = next(); item !== undefined; item = next()) {
    items.push(item);
    claimElements(1, items.length);
  }
  return items;
}

export function each(value: Value, visit: (item: Value) => void): void {
  const next = iterate(value);
  for (let item = next(); item !== undefined; item = next()) visit(item);
}

/** A JavaScript generator as a Python iterator. */
export function iterator(generator: Iterator<Value, unknown>): PyIterator {
  return new PyIterator(() => {
    const turn = generator.next();
    return turn.done === true ? undefined : turn.value;
  });
}

/** What an `iter()` of a value is: an iterator itself. */
export function iteratorOf(value: Value): Value {
  if (value instanceof PyIterator || value instanceof PyGenerator) return value;
  if (value !== null && typeof value === 'object' && !value.cls.exact) {
    const made = callSpecial(value, '__iter__', []);
    if (made !== undefined) return made;
  }
  return new PyIterator(iterate(value));
}

export function lengthOf(value: Value): number {
  if (typeof value === 'string') return codePoints(value).length;
  if (value !== null && typeof value === 'object') {
    if (value.cls.exact) {
      const length = nativeLength(value);
      if (length !== undefined) return length;
    }
    const length = callSpecial(value, '__len__', []);
    if (length !== undefined) {
      if (typeof length !== 'number')
        throw typeError(`'${typeName(length)}' object cannot be interpreted as an integer`);
      if (length < 0) throw raised('ValueError', '__len__() should return >= 0');
      return length;
    }
    if (plain(value) !== value) return lengthOf(plain(value));
  }
  throw typeError(`object of type '${typeName(value)}' has no len()`);
}

export function nativeLength(value: Value): number | undefined {
  if (typeof value === 'string') return codePoints(value).length;
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length;
  if (value instanceof PyDict || value instanceof PySet) return value.size;
  if (value instanceof PyRange) return value.length;
  if (value instanceof PyBytes) return value.bytes.length;
  return undefined;
}

/** An int where one is asked for: also bools and what has `__index__`. */
export function indexOf(value: Value): number | bigint {
  const own = plain(value);
  if (typeof own === 'number' || typeof own === 'bigint') return own;
  if (typeof own === 'boolean') return own ? 1 : 0;
  const found =
    own !== null && typeof own === 'object' && !own.cls.exact ? callSpecial(own, '__index__', []) : undefined;
  if (found === undefined) throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
  return indexOf(found);
}

/** An int that is a count or a place: beyond what a collection holds it is an OverflowError. */
export function smallIndex(value: Value): number {
  const index = indexOf(value);
  if (typeof index === 'bigint')
    throw raised('OverflowError', 'Python int too large to convert to C ssize_t');
  return index;
}

export function unpack(value: Value, count: number): Value[] {
  if (value instanceof PyTuple && value.items.length === count && value.cls.exact)
    return value.items as Value[];
  const next = (() => {
    try {
      return iterate(value);
    } catch (error) {
      if (error instanceof Raised && error.exception.cls.name === 'TypeError') {
        throw typeError(`cannot unpack non-iterable ${typeName(value)} object`);
      }
      throw error;
    }
  })();
  const items: Value[] = [];
  for (let item = next(); item !== undefined; item = next()) {
    if (items.length === count) throw raised('ValueError', `too many values to unpack (expected ${count})`);
    items.push(item);
  }
  if (items.length < count) {
    throw raised('ValueError', `not enough values to unpack (expected ${count}, got ${items.length})`);
  }
  return items;
}

/** `a, *b, c = value` */
export function unpackStarred(value: Value, before: number, after: number): Value[] {
  const items = collect(value);
  if (items.length < before + after) {
    throw raised(
      'ValueError',
      `not enough values to unpack (expected at least ${before + after}, got ${items.length})`,
    );
  }
  const rest = new PyList(items.slice(before, items.length - after));
  return [...items.slice(0, before), rest, ...items.slice(items.length - after)];
}
