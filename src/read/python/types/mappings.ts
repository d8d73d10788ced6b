import { contains, nativeContains } from '../operate/compare.ts';
import { call, callSpecial } from '../operate/core.ts';
import { getItem, nativeDeleteItem, nativeItem, nativeSetItem } from '../operate/items.ts';
import { addMethods, classMethod, method } from '../operate/native.ts';
import { collect, each, guarded, nativeIterator, nativeLength } from '../operate/protocols.ts';
import { nativeBinary } from '../operate/binary.ts';
import { repr } from '../operate/text.ts';
import { dictClass, frozensetClass, setClass, viewClass } from '../values/classes.ts';
import { type Entry, PyDict, PySet } from '../values/dict.ts';
import { raised, typeError, valueError } from '../values/exceptions.ts';
import { PyObject, type Value } from '../values/object.ts';
import { PyIterator, PyTuple } from '../values/values.ts';
import { constructor, operatorMethods, orderMethods } from './numbers.ts';

/** `keys()`, `values()` and `items()`: they follow the dict. */
class PyView extends PyObject {
  readonly dict: PyDict;
  readonly kind: 'keys' | 'values' | 'items';

  constructor(dict: PyDict, kind: 'keys' | 'values' | 'items') {
    super(viewClass);
    this.dict = dict;
    this.kind = kind;
  }

  pick(entry: Entry): Value {
    if (this.kind === 'keys') return entry.key;
    return this.kind === 'values' ? entry.value : new PyTuple([entry.key, entry.value]);
  }

  iterator(): PyIterator {
    return new PyIterator(guarded(this.dict, 'dictionary', this.dict.entries(), (entry) => this.pick(entry)));
  }
}

const dict = (value: Value): PyDict => {
  if (value instanceof PyDict) return value;
  throw typeError("descriptor requires a 'dict' object");
};
const view = (value: Value): PyView => value as PyView;
const firstOf = (value: Value | undefined, otherwise: Value | undefined): Value =>
  value !== undefined ? value : (otherwise ?? null);
const asSet = (value: Value): PySet => (value instanceof PySet ? value : PySet.of(collect(value)));

/** From a mapping or from pairs, and from keywords. */
export function update(
  into: PyDict,
  from: Value | undefined,
  keywords: ReadonlyMap<string, Value>,
  set = (key: Value, value: Value) => into.set(key, value),
): void {
  if (from instanceof PyDict) for (const { key, value } of from.entries()) set(key, value);
  else if (from !== undefined && from !== null) {
    const keys = callSpecial(from, 'keys', []);
    if (keys !== undefined) each(keys, (key) => set(key, getItem(from, key)));
    else {
      each(from, (pair) => {
        const items = collect(pair);
        if (items.length !== 2) {
          throw valueError(`dictionary update sequence element #0 has length ${items.length}; 2 is required`);
        }
        set(items[0]!, items[1]!);
      });
    }
  }
  for (const [key, value] of keywords) set(key, value);
}

export function installMappings(): void {
  dictClass.members.set(
    '__new__',
    constructor((cls) => new PyDict(cls)),
  );
  dictClass.members.set('__hash__', null);
  addMethods(dictClass, [
    ...operatorMethods(['|']),
    ...orderMethods().filter(({ name }) => name === '__eq__' || name === '__ne__'),
    method('__init__', 'self *args **keywords', (self, args, keywords) => {
      if (args.length > 1) throw typeError(`dict expected at most 1 argument, got ${args.length}`);
      update(dict(self), args[0], keywords);
    }),
    method('__len__', 'self', (self) => dict(self).size),
    method('__iter__', 'self', (self) => new PyIterator(nativeIterator(dict(self))!)),
    method('__contains__', 'self key', (self, key) => dict(self).has(key)),
    method('__getitem__', 'self key', (self, key) => nativeItem(self, key)!),
    method('__setitem__', 'self key value', (self, key, value) => void nativeSetItem(self, key, value)),
    method('__delitem__', 'self key', (self, key) => void nativeDeleteItem(self, key)),
    method('__reversed__', 'self', (self) => {
      const keys = [...dict(self).entries()].map(({ key }) => key).reverse();
      return new PyIterator(nativeIterator(new PyTuple(keys))!);
    }),
    method('get', 'self key default?', (self, key, otherwise) => firstOf(dict(self).get(key), otherwise)),
    method('setdefault', 'self key default?', (self, key, otherwise) => {
      const own = dict(self);
      const known = own.get(key);
      if (known !== undefined) return known;
      own.set(key, otherwise ?? null);
      return otherwise ?? null;
    }),
    method('pop', 'self key default?', (self, key, otherwise) => {
      const own = dict(self);
      const known = own.get(key);
      const value = known !== undefined ? known : otherwise;
      if (value === undefined) throw raised('KeyError', key);
      own.delete(key);
      return value;
    }),
    method('popitem', 'self', (self) => {
      const last = [...dict(self).entries()].at(-1);
      if (last === undefined) throw raised('KeyError', 'popitem(): dictionary is empty');
      dict(self).delete(last.key);
      return new PyTuple([last.key, last.value]);
    }),
    method('update', 'self *args **keywords', (self, args, keywords) =>
      update(dict(self), args[0], keywords),
    ),
    method('clear', 'self', (self) => dict(self).clear()),
    method('copy', 'self', (self) => {
      const copy = new PyDict();
      for (const { key, value } of dict(self).entries()) copy.set(key, value);
      return copy;
    }),
    method('keys', 'self', (self) => new PyView(dict(self), 'keys')),
    method('values', 'self', (self) => new PyView(dict(self), 'values')),
    method('items', 'self', (self) => new PyView(dict(self), 'items')),
  ]);
  dictClass.members.set(
    'fromkeys',
    classMethod('fromkeys', 'cls keys value?', (cls, keys, value) => {
      const made = call(cls, []);
      each(keys, (key) => dict(made).set(key, value ?? null));
      return made;
    }),
  );
  installViews();
  installSets();
}

function installViews(): void {
  const operations = (['&', '|', '-', '^'] as const).flatMap((operator) => {
    const name = { '&': 'and', '|': 'or', '-': 'sub', '^': 'xor' }[operator];
    return [
      method(`__${name}__`, 'self other', (self, other) =>
        nativeBinary(operator, asSet(self), asSet(other))!,
      ),
      method(`__r${name}__`, 'self other', (self, other) =>
        nativeBinary(operator, asSet(other), asSet(self))!,
      ),
    ];
  });
  addMethods(viewClass, [
    ...operations,
    method('__len__', 'self', (self) => view(self).dict.size),
    method('__iter__', 'self', (self) => view(self).iterator()),
    method('__contains__', 'self item', (self, item) => {
      const { dict: own, kind } = view(self);
      if (kind === 'keys') return own.has(item);
      return contains(new PyTuple(collect(view(self).iterator())), item);
    }),
    method('__eq__', 'self other', (self, other) => {
      if (!(other instanceof PyView || other instanceof PySet) || view(self).kind === 'values')
        return self === other;
      const [a, b] = [asSet(self), asSet(other)];
      return a.size === b.size && [...a.values()].every((value) => b.has(value));
    }),
    method(
      '__reversed__',
      'self',
      (self) => new PyIterator(nativeIterator(new PyTuple(collect(view(self).iterator()).reverse()))!),
    ),
    method(
      '__repr__',
      'self',
      (self) => `dict_${view(self).kind}([${collect(view(self).iterator()).map(repr).join(', ')}])`,
    ),
  ]);
}

const set = (value: Value): PySet => {
  if (value instanceof PySet) return value;
  throw typeError("descriptor requires a 'set' object");
};

function installSets(): void {
  const fill = (self: PySet, items: Value | undefined) => {
    if (items !== undefined) each(items, (item) => self.add(item));
    return self;
  };
  setClass.members.set(
    '__new__',
    constructor((cls) => new PySet(cls)),
  );
  frozensetClass.members.set(
    '__new__',
    constructor((cls, args) => fill(new PySet(cls), args[0])),
  );
  setClass.members.set('__hash__', null);
  for (const cls of [setClass, frozensetClass]) {
    addMethods(cls, [
      ...operatorMethods(['|', '&', '-', '^']),
      ...orderMethods(),
      method('__len__', 'self', (self) => nativeLength(self)!),
      method('__iter__', 'self', (self) => new PyIterator(nativeIterator(self)!)),
      method('__contains__', 'self item', (self, item) => nativeContains(self, item)!),
      ...combinations(),
      method('issubset', 'self other', (self, other) =>
        [...set(self).values()].every((value) => asSet(other).has(value)),
      ),
      method('issuperset', 'self other', (self, other) =>
        collect(other).every((value) => set(self).has(value)),
      ),
      method(
        'isdisjoint',
        'self other',
        (self, other) => !collect(other).some((value) => set(self).has(value)),
      ),
      method('copy', 'self', (self) =>
        PySet.of(set(self).values(), self instanceof PySet ? self.cls : undefined),
      ),
    ]);
  }
  addMethods(setClass, [
    method('__init__', 'self items?', (self, items) => {
      set(self).clear();
      fill(set(self), items);
    }),
    method('add', 'self item', (self, item) => set(self).add(item)),
    method('discard', 'self item', (self, item) => void set(self).delete(item)),
    method('remove', 'self item', (self, item) => {
      if (!set(self).delete(item)) throw raised('KeyError', item);
    }),
    method('pop', 'self', (self) => {
      for (const value of set(self).values()) {
        set(self).delete(value);
        return value;
      }
      throw raised('KeyError', 'pop from an empty set');
    }),
    method('clear', 'self', (self) => set(self).clear()),
    method('update', 'self *others', (self, others) => {
      for (const other of others) for (const value of collect(other)) set(self).add(value);
    }),
    method('difference_update', 'self *others', (self, others) => {
      for (const other of others) for (const value of collect(other)) set(self).delete(value);
    }),
    method('intersection_update', 'self *others', (self, others) => {
      for (const other of others) {
        const keep = asSet(other);
        for (const value of set(self).values()) if (!keep.has(value)) set(self).delete(value);
      }
    }),
  ]);
}

const NAMES = [
  ['union', '|'],
  ['intersection', '&'],
  ['difference', '-'],
  ['symmetric_difference', '^'],
] as const;

const combinations = () =>
  NAMES.map(([name, operator]) =>
    method(name, 'self *others', (self, others) =>
      others.reduce<Value>(
        (result, other) => nativeBinary(operator, result, asSet(other))!,
        PySet.of(set(self).values(), set(self).cls),
      ),
    ),
  );
