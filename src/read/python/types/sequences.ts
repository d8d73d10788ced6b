import { lessThan, nativeContains, same } from '../operate/compare.ts';
import { call } from '../operate/core.ts';
import { bounds, nativeDeleteItem, nativeItem, nativeSetItem } from '../operate/items.ts';
import { addMethods, method } from '../operate/native.ts';
import { collect, iterate, nativeIterator, nativeLength, smallIndex } from '../operate/protocols.ts';
import { claimElements, tick } from '../state.ts';
import { listClass, rangeClass, sliceClass, tupleClass } from '../values/classes.ts';
import { raised, typeError, valueError } from '../values/exceptions.ts';
import type { PyClass, Value } from '../values/object.ts';
import {
  PyGetSet,
  PyIterator,
  PyList,
  PyNative,
  PyRange,
  PySlice,
  PyStaticMethod,
  PyTuple,
} from '../values/values.ts';
import { constructor, operatorMethods, orderMethods } from './numbers.ts';

const list = (value: Value): PyList => {
  if (value instanceof PyList) return value;
  throw typeError("descriptor requires a 'list' object");
};
const sequence = (value: Value): readonly Value[] => {
  if (value instanceof PyList || value instanceof PyTuple) return value.items;
  throw typeError("descriptor requires a 'list' or 'tuple' object");
};

/** Stable, like Python's; `key` is called once for each. */
export function sorted(items: readonly Value[], key: Value | undefined, reverse: boolean): Value[] {
  claimElements(items.length);
  const keyed = items.map((item, index) => ({
    item,
    index,
    key: key === undefined || key === null ? item : call(key, [item]),
  }));
  const order = (a: Value, b: Value): number => {
    tick();
    return lessThan(a, b) ? -1 : lessThan(b, a) ? 1 : 0;
  };
  keyed.sort((a, b) => (reverse ? order(b.key, a.key) : order(a.key, b.key)) || a.index - b.index);
  return keyed.map(({ item }) => item);
}

const access = () => [
  method('__len__', 'self', (self) => nativeLength(self)!),
  method('__iter__', 'self', (self) => new PyIterator(nativeIterator(self)!)),
  method('__getitem__', 'self index', (self, index) => nativeItem(self, index)!),
  method('__contains__', 'self item', (self, item) => nativeContains(self, item)!),
];

const searches = () => [
  method('index', 'self value start? stop?', (self, value, start, stop) => {
    const items = sequence(self);
    const [from, to] = bounds(new PySlice(start ?? null, stop ?? null, null), items.length);
    for (let i = from; i < to; i++) if (same(items[i]!, value)) return i;
    throw valueError(
      self instanceof PyTuple ? 'tuple.index(x): x not in tuple' : 'list.index(x): x not in list',
    );
  }),
  method('count', 'self value', (self, value) => sequence(self).filter((item) => same(item, value)).length),
];

export function installSequences(): void {
  listClass.members.set(
    '__new__',
    constructor((cls) => new PyList([], cls)),
  );
  listClass.members.set('__hash__', null);
  addMethods(listClass, [
    ...operatorMethods(['+', '*']),
    ...orderMethods(),
    ...access(),
    ...searches(),
    method('__init__', 'self items?', (self, items) => {
      list(self).items = items === undefined ? [] : collect(items);
    }),
    method('__setitem__', 'self index value', (self, index, value) => void nativeSetItem(self, index, value)),
    method('__delitem__', 'self index', (self, index) => void nativeDeleteItem(self, index)),
    method('__iadd__', 'self items', (self, items) => {
      extend(self, items);
      return self;
    }),
    method('__reversed__', 'self', (self) => reversed(self)!),
    method('append', 'self item', (self, item) => {
      const own = list(self);
      claimElements(1, own.items.length);
      own.items.push(item);
    }),
    method('extend', 'self items', (self, items) => extend(self, items)),
    method('insert', 'self index item', (self, index, item) => {
      const own = list(self);
      claimElements(1, own.items.length);
      tick(own.items.length / 64);
      own.items.splice(smallIndex(index), 0, item);
    }),
    method('pop', 'self index?', (self, index) => {
      const { items } = list(self);
      if (items.length === 0) throw raised('IndexError', 'pop from empty list');
      const at = index === undefined ? -1 : smallIndex(index);
      const place = at < 0 ? at + items.length : at;
      if (place < 0 || place >= items.length) throw raised('IndexError', 'pop index out of range');
      if (place === items.length - 1) return items.pop()!;
      tick(items.length / 64);
      return items.splice(place, 1)[0]!;
    }),
    method('remove', 'self value', (self, value) => {
      const { items } = list(self);
      const at = items.findIndex((item) => same(item, value));
      if (at < 0) throw valueError('list.remove(x): x not in list');
      items.splice(at, 1);
    }),
    method('clear', 'self', (self) => {
      list(self).items = [];
    }),
    method('copy', 'self', (self) => new PyList(collect(self))),
    method('reverse', 'self', (self) => void list(self).items.reverse()),
    method('sort', 'self * key? reverse?', (self, key, reverse) => {
      list(self).items = sorted(list(self).items, key, reverse === true || reverse === 1);
    }),
  ]);
  tupleClass.members.set(
    '__new__',
    constructor((cls, args) => {
      const [items] = args;
      if (items instanceof PyTuple && items.cls === cls) return items;
      return new PyTuple(items === undefined ? [] : collect(items), cls);
    }),
  );
  addMethods(tupleClass, [...operatorMethods(['+', '*']), ...orderMethods(), ...access(), ...searches()]);
  installRange();
}

function extend(self: Value, items: Value): void {
  const own = list(self);
  const more = collect(items);
  claimElements(0, own.items.length + more.length);
  for (const item of more) own.items.push(item);
}

/** From the last to the first; undefined for what is no sequence of Python's own. */
export function reversed(value: Value): PyIterator | undefined {
  if (value instanceof PyRange) {
    const last = value.start + value.step * (value.length - 1);
    return new PyIterator(iterate(new PyRange(last, value.start - value.step, -value.step)));
  }
  if (!(value instanceof PyList || value instanceof PyTuple)) return undefined;
  let index = value.items.length;
  return new PyIterator(() => {
    tick();
    return index > 0 ? value.items[--index] : undefined;
  });
}

const rangeOf = (value: Value): PyRange => value as PyRange;

function installRange(): void {
  const make = new PyNative('__new__', (args) => {
    const [, ...given] = args;
    if (given.length === 0 || given.length > 3)
      throw typeError(`range expected 1 to 3 arguments, got ${given.length}`);
    const [first, second, third] = given.map(smallIndex);
    if (third === 0) throw valueError('range() arg 3 must not be zero');
    return second === undefined ? new PyRange(0, first!, 1) : new PyRange(first!, second, third ?? 1);
  });
  rangeClass.members.set('__new__', new PyStaticMethod(make));
  const attribute = (cls: PyClass, name: string, get: (self: Value) => Value) =>
    cls.members.set(name, new PyGetSet(name, get));
  attribute(rangeClass, 'start', (self) => rangeOf(self).start);
  attribute(rangeClass, 'stop', (self) => rangeOf(self).stop);
  attribute(rangeClass, 'step', (self) => rangeOf(self).step);
  addMethods(rangeClass, [
    ...access(),
    ...orderMethods().filter(({ name }) => name === '__eq__'),
    method('index', 'self value', (self, value) => {
      const { start, step } = rangeOf(self);
      if (nativeContains(self, value) !== true) throw valueError('is not in range');
      return (smallIndex(value) - start) / step;
    }),
    method('count', 'self value', (self, value) => (nativeContains(self, value) === true ? 1 : 0)),
  ]);
  const slice = new PyNative('__new__', (args) => {
    const [, first = null, second, third = null] = args;
    return second === undefined ? new PySlice(null, first, null) : new PySlice(first, second, third);
  });
  sliceClass.members.set('__new__', new PyStaticMethod(slice));
  attribute(sliceClass, 'start', (self) => (self as PySlice).start);
  attribute(sliceClass, 'stop', (self) => (self as PySlice).stop);
  attribute(sliceClass, 'step', (self) => (self as PySlice).step);
  sliceClass.members.set('__hash__', null);
  addMethods(sliceClass, [
    method(
      'indices',
      'self length',
      (self, length) => new PyTuple(bounds(self as PySlice, smallIndex(length))),
    ),
  ]);
}
