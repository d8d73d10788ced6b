import { makeClass, metaclassOf, resolveBases } from '../operate/classes.ts';
import { equality, nativeEquals } from '../operate/compare.ts';
import { construct, deletePlain, noAttribute, plainAttribute, setPlain, typeOf } from '../operate/core.ts';
import { format } from '../operate/format.ts';
import { hashOf, idOf } from '../operate/hash.ts';
import { addMethods, classMethod, method } from '../operate/native.ts';
import { nativeRepr, qualified, repr, str } from '../operate/text.ts';
import { objectClass, typeClass } from '../values/classes.ts';
import { PyDict, PyNames } from '../values/dict.ts';
import { typeError } from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { plain, PyClass, PyInstance, PyObject, type Value } from '../values/object.ts';
import { NotImplemented, PyGetSet, PyList, PyNative, PyStaticMethod, PyTuple } from '../values/values.ts';
import { claim, run } from '../state.ts';

const init = method('__init__', 'self *args **keywords', (self, args, keywords) => {
  if (args.length === 0 && keywords.size === 0) return;
  const cls = typeOf(self);
  // With a `__new__` of its own the class takes arguments there.
  if (cls.lookup('__new__') !== objectNew || cls.lookup('__init__') !== init) return;
  throw typeError(`${cls.name}() takes no arguments`);
});

const newObject = new PyNative('__new__', (args) => {
  const [cls, ...rest] = args;
  if (!(cls instanceof PyClass)) throw typeError('object.__new__(X): X is not a type object');
  claim(24);
  refuseAbstract(cls);
  if (rest.length > 0 && cls.lookup('__init__') === init) throw typeError(`${cls.name}() takes no arguments`);
  return cls === objectClass ? new PyObject(cls) : new PyInstance(cls);
});
const objectNew = new PyStaticMethod(newObject);

/** A class whose metaclass is ABCMeta and that leaves a method abstract has no objects. */
function refuseAbstract(cls: PyClass): void {
  if (!cls.cls.mro.some(({ name }) => name === 'ABCMeta')) return;
  const names = abstractNames(cls);
  if (names.length === 0) return;
  throw typeError(
    `Can't instantiate abstract class ${cls.name} with abstract method${names.length > 1 ? 's' : ''} ${names.join(', ')}`,
  );
}

const isAbstract = (value: Value): boolean => {
  if (value instanceof PyFunction) return value.attributes.get('__isabstractmethod__') === true;
  if (!(value instanceof PyObject)) return false;
  const inner = (value as { callee?: Value; getter?: Value }).callee ?? (value as { getter?: Value }).getter;
  return inner instanceof PyFunction && isAbstract(inner);
};

function abstractNames(cls: PyClass): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const each of cls.mro) {
    for (const [name, value] of each.members) {
      if (!seen.has(name) && isAbstract(value)) found.push(name);
      seen.add(name);
    }
  }
  return found.sort();
}

/** All names that an object knows: its own, its class's. */
export function namesOf(value: Value): string[] {
  const names = new Set<string>();
  const add = (map: ReadonlyMap<string, Value> | undefined) => {
    for (const name of map?.keys() ?? []) names.add(name);
  };
  if (value instanceof PyClass) for (const cls of value.mro) add(cls.members);
  else {
    if (value instanceof PyObject) add(value.attributes);
    for (const cls of typeOf(value).mro) add(cls.members);
  }
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}

export function installObject(): void {
  const { members } = objectClass;
  members.set('__new__', objectNew);
  members.set(
    '__class__',
    new PyGetSet('__class__', typeOf, (self, cls) => {
      if (!(self instanceof PyInstance) || !(cls instanceof PyClass) || cls.sealed) {
        throw typeError('__class__ assignment only supported for mutable types');
      }
      self.cls = cls;
    }),
  );
  members.set(
    '__dict__',
    new PyGetSet(
      '__dict__',
      (self) => {
        const names = self instanceof PyObject ? self.attributes : undefined;
        if (names === undefined) throw noAttribute(self, '__dict__');
        return new PyNames(names);
      },
      (self, dict) => {
        if (!(self instanceof PyObject) || self.attributes === undefined || !(dict instanceof PyDict)) {
          throw typeError('__dict__ must be set to a dictionary');
        }
        self.attributes = new Map([...dict.entries()].map(({ key, value }) => [key as string, value]));
      },
    ),
  );
  addMethods(objectClass, [
    init,
    method('__repr__', 'self', (self) => (self instanceof PyObject ? nativeRepr(self) : repr(self))),
    method('__str__', 'self', (self) => repr(self)),
    method('__format__', 'self specifier', (self, specifier) => {
      if (specifier === '') return str(self);
      const own = plain(self);
      if (own !== self) return format(own, specifier as string);
      throw typeError(`unsupported format string passed to ${typeOf(self).name}.__format__`);
    }),
    method('__eq__', 'self other', (self, other) =>
      self === other ? true : (nativeEquals(plain(self), plain(other)) ?? NotImplemented),
    ),
    method('__ne__', 'self other', (self, other) => {
      const equal = equality(self, other);
      return typeof equal === 'boolean' ? !equal : NotImplemented;
    }),
    method('__hash__', 'self', (self) => {
      const own = plain(self);
      if (own !== self) return hashOf(own);
      return self instanceof PyObject && !self.cls.exact ? idOf(self) / 16 : hashOf(self);
    }),
    method('__getattribute__', 'self name', (self, name) => {
      const found = plainAttribute(self, name as string);
      if (found === undefined) throw noAttribute(self, name as string);
      return found;
    }),
    method('__setattr__', 'self name value', (self, name, value) => setPlain(self, name as string, value)),
    method('__delattr__', 'self name', (self, name) => deletePlain(self, name as string)),
    method('__dir__', 'self', (self) => new PyList(namesOf(self))),
    method('__reduce__', 'self', () => {
      throw typeError('objects are not pickled here');
    }),
    method('__sizeof__', 'self', () => 64),
  ]);
  members.set(
    '__init_subclass__',
    classMethod('__init_subclass__', 'cls **keywords', (cls, keywords) => {
      if (keywords.size > 0)
        throw typeError(`${(cls as PyClass).name}.__init_subclass__() takes no keyword arguments`);
    }),
  );
  members.set('__doc__', null);
}

const ownClass = (self: Value): PyClass => self as PyClass;

export function installType(): void {
  const { members } = typeClass;
  const getset = (name: string, get: (cls: PyClass) => Value, set?: (self: Value, value: Value) => void) =>
    members.set(name, new PyGetSet(name, (self) => get(ownClass(self)), set));
  getset(
    '__name__',
    (cls) => cls.name,
    (self, value) => rename(ownClass(self), '__name__', value),
  );
  getset(
    '__qualname__',
    (cls) => cls.members.get('__qualname__') ?? cls.name,
    (self, value) => rename(ownClass(self), '__qualname__', value),
  );
  getset(
    '__module__',
    (cls) => cls.members.get('__module__') ?? cls.module,
    (self, value) => rename(ownClass(self), '__module__', value),
  );
  getset('__mro__', (cls) => new PyTuple(cls.mro));
  getset('__bases__', (cls) => new PyTuple(cls.bases));
  getset('__base__', (cls) => cls.bases[0] ?? null);
  getset('__dict__', (cls) => PyDict.of(cls.members));
  getset('__abstractmethods__', (cls) => new PyTuple(abstractNames(cls)));
  members.set(
    '__new__',
    new PyStaticMethod(
      new PyNative('__new__', (args, keywords) => {
        const [metaclass, name, bases, names] = args;
        if (args.length === 2) return typeOf(name!);
        if (
          !(metaclass instanceof PyClass) ||
          typeof name !== 'string' ||
          !(bases instanceof PyTuple) ||
          !(names instanceof PyDict)
        ) {
          throw typeError('type() takes 1 or 3 arguments');
        }
        const resolved = resolveBases(bases.items);
        const own = new Map([...names.entries()].map(({ key, value }) => [key as string, value]));
        const frame = run.frame as { module?: { name: string } } | undefined;
        if (!own.has('__module__')) own.set('__module__', frame?.module?.name ?? '__main__');
        return makeClass(name, resolved, own, metaclassOf(metaclass, resolved), keywords);
      }),
    ),
  );
  const constructor = method('__call__', 'self *args **keywords', (self, args, keywords) =>
    construct(ownClass(self), args, keywords.size === 0 ? undefined : keywords),
  );
  addMethods(typeClass, [
    constructor,
    method('__init__', 'self *args **keywords', () => null),
    method('mro', 'self', (self) => new PyList([...ownClass(self).mro])),
    method('__repr__', 'self', (self) => `<class '${qualified(ownClass(self))}'>`),
    method('__instancecheck__', 'self value', (self, value) => typeOf(value).isSubclassOf(ownClass(self))),
    method(
      '__subclasscheck__',
      'self cls',
      (self, cls) => cls instanceof PyClass && cls.isSubclassOf(ownClass(self)),
    ),
  ]);
}

function rename(cls: PyClass, key: string, value: Value): void {
  if (cls.sealed) throw typeError(`cannot set '${key}' attribute of immutable type '${cls.name}'`);
  if (key === '__name__') (cls as { name: string }).name = String(value);
  else cls.members.set(key, value);
}
