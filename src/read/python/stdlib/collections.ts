import { makeClass } from '../operate/classes.ts';
import { call, typeOf } from '../operate/core.ts';
import { addMethods, classMethod, func, method, nativeClass, nativeModule } from '../operate/native.ts';
import { collect, each, nativeIterator, smallIndex } from '../operate/protocols.ts';
import { repr } from '../operate/text.ts';
import { claimElements, run } from '../state.ts';
import { sorted } from '../types/sequences.ts';
import { update } from '../types/mappings.ts';
import { dictClass, listClass, objectClass, tupleClass, typeClass } from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { raised, typeError, valueError } from '../values/exceptions.ts';
import { PyClass, type Value } from '../values/object.ts';
import { PyGetSet, PyIterator, PyList, PyNative, PyStaticMethod, PyTuple } from '../values/values.ts';
import type { Host } from './module.ts';

const dict = (value: Value) => value as PyDict;
const pairs = (value: Value) => [...dict(value).entries()];

function orderedDict(): PyClass {
  const cls = nativeClass('OrderedDict', [dictClass], [], { module: 'collections' });
  addMethods(cls, [
    method('__repr__', 'self', (self) => {
      const items = pairs(self).map(({ key, value }) => `(${repr(key)}, ${repr(value)})`);
      return `${typeOf(self).name}(${items.length === 0 ? '' : `[${items.join(', ')}]`})`;
    }),
    method('move_to_end', 'self key last?', (self, key, last) => {
      if (!dict(self).move(key, last !== false)) throw raised('KeyError', key);
    }),
    method('popitem', 'self last?', (self, last) => {
      const entry = pairs(self).at(last === false ? 0 : -1);
      if (entry === undefined) throw raised('KeyError', 'dictionary is empty');
      dict(self).delete(entry.key);
      return new PyTuple([entry.key, entry.value]);
    }),
    method('copy', 'self', (self) => copied(self)),
  ]);
  return cls;
}

function copied(self: Value): PyDict {
  const copy = new PyDict(typeOf(self));
  for (const { key, value } of pairs(self)) copy.set(key, value);
  for (const [name, value] of dict(self).attributes ?? []) copy.attributes?.set(name, value);
  return copy;
}

function defaultDict(): PyClass {
  const cls = nativeClass('defaultdict', [dictClass], [], { module: 'collections' });
  addMethods(cls, [
    method('__init__', 'self *args **keywords', (self, args, keywords) => {
      dict(self).attributes!.set('default_factory', args[0] ?? null);
      update(dict(self), args[1], keywords);
    }),
    method('__missing__', 'self key', (self, key) => {
      const factory = dict(self).attributes!.get('default_factory') ?? null;
      if (factory === null) throw raised('KeyError', key);
      const value = call(factory, []);
      dict(self).set(key, value);
      return value;
    }),
    method('__repr__', 'self', (self) => {
      const items = pairs(self).map(({ key, value }) => `${repr(key)}: ${repr(value)}`);
      return `defaultdict(${repr(dict(self).attributes!.get('default_factory') ?? null)}, {${items.join(', ')}})`;
    }),
    method('copy', 'self', (self) => copied(self)),
  ]);
  return cls;
}

function counter(): PyClass {
  const cls = nativeClass('Counter', [dictClass], [], { module: 'collections' });
  const add = (self: Value, key: Value, by: number) => {
    const known = dict(self).get(key);
    dict(self).set(key, (typeof known === 'number' ? known : 0) + by);
  };
  const count = (
    self: Value,
    from: Value | undefined,
    keywords: ReadonlyMap<string, Value>,
    sign: number,
  ) => {
    if (from instanceof PyDict)
      for (const { key, value } of from.entries()) add(self, key, sign * Number(value));
    else if (from !== undefined && from !== null) each(from, (item) => add(self, item, sign));
    for (const [key, value] of keywords) add(self, key, sign * Number(value));
  };
  const ordered = (self: Value) =>
    sorted(
      pairs(self).map(({ key, value }) => new PyTuple([key, value])),
      func('key', 'pair', (pair) => (pair as PyTuple).items[1]!),
      true,
    );
  addMethods(cls, [
    method('__init__', 'self *args **keywords', (self, args, keywords) => count(self, args[0], keywords, 1)),
    method('update', 'self *args **keywords', (self, args, keywords) => count(self, args[0], keywords, 1)),
    method('subtract', 'self *args **keywords', (self, args, keywords) => count(self, args[0], keywords, -1)),
    method('__missing__', 'self key', () => 0),
    method(
      'most_common',
      'self n?',
      (self, n) =>
        new PyList(ordered(self).slice(0, n === undefined || n === null ? undefined : smallIndex(n))),
    ),
    method('elements', 'self', (self) => {
      const all = pairs(self).flatMap(({ key, value }) => {
        claimElements(Number(value));
        return Array.from({ length: Math.max(0, Number(value)) }, () => key);
      });
      return new PyIterator(nativeIterator(new PyTuple(all))!);
    }),
    method('total', 'self', (self) => pairs(self).reduce((sum, { value }) => sum + Number(value), 0)),
    method('__add__', 'self other', (self, other) => {
      const made = copied(self);
      count(made, other, new Map(), 1);
      return made;
    }),
    method('__repr__', 'self', (self) => {
      const items = ordered(self).map((pair) => (pair as PyTuple).items.map(repr).join(': '));
      return items.length === 0 ? 'Counter()' : `Counter({${items.join(', ')}})`;
    }),
  ]);
  return cls;
}

/** A list that is quick at both ends, and may be bounded. */
function deque(): PyClass {
  const cls = nativeClass('deque', [listClass], [], { module: 'collections' });
  const list = (value: Value) => value as PyList;
  const most = (self: Value) => {
    const limit = list(self).attributes!.get('maxlen') ?? null;
    return limit === null ? Infinity : Number(limit);
  };
  const trim = (self: Value, fromLeft: boolean) => {
    const { items } = list(self);
    while (items.length > most(self))
      if (fromLeft) items.shift();
      else items.pop();
  };
  const push = (self: Value, item: Value) => {
    claimElements(1, list(self).items.length);
    list(self).items.push(item);
    trim(self, true);
  };
  addMethods(cls, [
    method('__init__', 'self items? maxlen?', (self, items, maxlen) => {
      list(self).attributes!.set('maxlen', maxlen ?? null);
      list(self).items = items === undefined ? [] : collect(items);
      trim(self, true);
    }),
    method('append', 'self item', push),
    method('extend', 'self items', (self, items) => {
      for (const item of collect(items)) push(self, item);
    }),
    method('appendleft', 'self item', (self, item) => {
      claimElements(1 + list(self).items.length / 64, list(self).items.length);
      list(self).items.unshift(item);
      trim(self, false);
    }),
    method('extendleft', 'self items', (self, items) => {
      for (const item of collect(items)) list(self).items.unshift(item);
      trim(self, false);
    }),
    method('popleft', 'self', (self) => {
      const item = list(self).items.shift();
      if (item === undefined) throw raised('IndexError', 'pop from an empty deque');
      return item;
    }),
    method('rotate', 'self n?', (self, n) => {
      const { items } = list(self);
      if (items.length === 0) return;
      const by = (((n === undefined ? 1 : smallIndex(n)) % items.length) + items.length) % items.length;
      list(self).items = [...items.slice(items.length - by), ...items.slice(0, items.length - by)];
    }),
    method('__repr__', 'self', (self) => {
      const limit = most(self);
      return `deque([${list(self).items.map(repr).join(', ')}]${limit === Infinity ? '' : `, maxlen=${limit}`})`;
    }),
  ]);
  return cls;
}

/** The class of tuples whose elements have names. */
export function namedTuple(
  name: string,
  fields: readonly string[],
  defaults: ReadonlyMap<string, Value>,
  more: ReadonlyMap<string, Value> = new Map(),
): PyClass {
  const items = (self: Value) => (self as PyTuple).items;
  const create = new PyNative('__new__', (args, keywords) => {
    const [cls, ...given] = args;
    if (given.length > fields.length) {
      throw typeError(
        `${name}.__new__() takes ${fields.length + 1} positional arguments but ${args.length} were given`,
      );
    }
    const values = fields.map((field, i) => {
      const value = [given[i], keywords?.get(field), defaults.get(field)].find(
        (each_) => each_ !== undefined,
      );
      if (value === undefined)
        throw typeError(`${name}.__new__() missing 1 required positional argument: '${field}'`);
      return value;
    });
    for (const key of keywords?.keys() ?? []) {
      if (!fields.includes(key))
        throw typeError(`${name}.__new__() got an unexpected keyword argument '${key}'`);
    }
    return new PyTuple(values, cls as PyClass);
  });
  const members = new Map<string, Value>([
    ...more,
    ['__new__', new PyStaticMethod(create)],
    ['_fields', new PyTuple(fields)],
    ['_field_defaults', PyDict.of(defaults)],
    ['__match_args__', new PyTuple(fields)],
  ]);
  fields.forEach((field, i) => members.set(field, new PyGetSet(field, (self) => items(self)[i]!)));
  const own = [
    method(
      '__repr__',
      'self',
      (self) =>
        `${typeOf(self).name}(${fields.map((field, i) => `${field}=${repr(items(self)[i]!)}`).join(', ')})`,
    ),
    method('_asdict', 'self', (self) =>
      PyDict.of(fields.map((field, i) => [field, items(self)[i]!] as const)),
    ),
    method(
      '_replace',
      'self **keywords',
      (self, keywords) =>
        new PyTuple(
          fields.map((field, i) => (keywords.has(field) ? keywords.get(field)! : items(self)[i]!)),
          typeOf(self),
        ),
    ),
    method('__getnewargs__', 'self', (self) => new PyTuple(items(self))),
  ];
  for (const each_ of own) if (!members.has(each_.name)) members.set(each_.name, each_);
  members.set(
    '_make',
    classMethod('_make', 'cls items', (cls, given) => new PyTuple(collect(given), cls as PyClass)),
  );
  members.set('__module__', run.frame === undefined ? 'collections' : moduleName());
  return makeClass(name, [tupleClass], members, typeClass, undefined);
}

const moduleName = () => String((run.frame as unknown as { module: { name: string } }).module.name);

function fieldNames(value: Value): string[] {
  return typeof value === 'string'
    ? value.replaceAll(',', ' ').split(/\s+/).filter(Boolean)
    : collect(value).map(String);
}

const namedtuple = func(
  'namedtuple',
  'typename field_names * rename? defaults? module?',
  (name, given, _, defaults) => {
    const fields = fieldNames(given);
    if (new Set(fields).size < fields.length) throw valueError('Encountered duplicate field name');
    const values = defaults === undefined || defaults === null ? [] : collect(defaults);
    const late = fields.slice(fields.length - values.length);
    return namedTuple(String(name), fields, new Map(late.map((field, i) => [field, values[i]!])));
  },
);

/** `class P(NamedTuple): x: int = 0`: what derives from it becomes another class. */
function namedTupleBase(): Value {
  const meta = nativeClass('NamedTupleMeta', [typeClass], []);
  meta.members.set(
    '__new__',
    new PyStaticMethod(
      new PyNative('__new__', (args) => {
        const [, name, , names] = args;
        const members = new Map(pairs(names!).map(({ key, value }) => [String(key), value]));
        const annotations = members.get('__annotations__');
        const fields = annotations instanceof PyDict ? pairs(annotations).map(({ key }) => String(key)) : [];
        const defaults = new Map(
          fields.flatMap((field) => (members.has(field) ? [[field, members.get(field)!] as const] : [])),
        );
        for (const field of fields) members.delete(field);
        return namedTuple(String(name), fields, defaults, members);
      }),
    ),
  );
  return new PyClass('NamedTuple', [objectClass], [objectClass], new Map(), { metaclass: meta });
}

export function collections({ evaluator }: Host) {
  const module = nativeModule('collections', [
    ['OrderedDict', orderedDict()],
    ['defaultdict', defaultDict()],
    ['Counter', counter()],
    ['deque', deque()],
    ['namedtuple', namedtuple],
    ['_NamedTuple', namedTupleBase()],
    ['UserDict', dictClass],
    ['UserList', listClass],
    [
      'ChainMap',
      func('ChainMap', '*maps', (maps) => {
        const merged = new PyDict();
        for (const map of maps.toReversed()) update(merged, map, new Map());
        return merged;
      }),
    ],
  ]);
  module.missing = (name) => (name === 'abc' ? evaluator.importModule('collections.abc') : undefined);
  return module;
}
