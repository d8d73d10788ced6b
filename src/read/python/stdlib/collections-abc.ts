import { typeOf } from '../operate/core.ts';
import { addMethods, classMethod, method, nativeClass, nativeModule } from '../operate/native.ts';
import * as classes from '../values/classes.ts';
import { PyClass, type Value } from '../values/object.ts';
import { aliasOf, getItem } from '../operate/items.ts';
import { Raised } from '../values/exceptions.ts';

/** By the methods that a class must have, or the classes that count as one. */
const PROTOCOLS: Readonly<Record<string, { methods?: string; types?: readonly PyClass[] }>> = {
  Hashable: { methods: '__hash__' },
  Sized: { methods: '__len__' },
  Iterable: { methods: '__iter__' },
  Iterator: { methods: '__iter__ __next__' },
  Container: { methods: '__contains__' },
  Collection: { methods: '__len__ __iter__ __contains__' },
  Reversible: { methods: '__reversed__ __iter__' },
  Callable: { methods: '__call__' },
  Generator: { types: [classes.generatorClass] },
  Sequence: {
    types: [classes.listClass, classes.tupleClass, classes.strClass, classes.rangeClass, classes.bytesClass],
  },
  MutableSequence: { types: [classes.listClass] },
  Mapping: { types: [classes.dictClass] },
  MutableMapping: { types: [classes.dictClass] },
  Set: { types: [classes.setClass, classes.frozensetClass] },
  MutableSet: { types: [classes.setClass] },
  ByteString: { types: [classes.bytesClass] },
  KeysView: {},
  ValuesView: {},
  ItemsView: {},
  MappingView: {},
  Awaitable: {},
  Coroutine: {},
  Buffer: {},
};

const has = (cls: PyClass, methods: string) =>
  methods.split(' ').every((name) => {
    const found = cls.lookup(name);
    return found !== undefined && found !== null;
  });

const CALLABLE = [
  classes.functionClass,
  classes.builtinFunctionClass,
  classes.methodClass,
  classes.typeClass,
];

export function collectionsAbc() {
  const meta = nativeClass('ABCMeta', [classes.typeClass], []);
  const made = new Map<string, PyClass>();
  const fits = (protocol: PyClass, cls: PyClass): boolean => {
    if (cls.isSubclassOf(protocol)) return true;
    const wanted = made.get(protocol.name) === protocol ? PROTOCOLS[protocol.name] : undefined;
    if (wanted === undefined) return false;
    if (protocol.name === 'Callable' && CALLABLE.some((each) => cls.isSubclassOf(each))) return true;
    if (wanted.methods !== undefined) return has(cls, wanted.methods);
    return (wanted.types ?? []).some((each) => cls.isSubclassOf(each));
  };
  addMethods(meta, [
    method('__instancecheck__', 'self value', (self, value) => fits(self as PyClass, typeOf(value))),
    method(
      '__subclasscheck__',
      'self cls',
      (self, cls) => cls instanceof PyClass && fits(self as PyClass, cls),
    ),
    method('register', 'self cls', (_, cls) => cls),
  ]);
  for (const name of Object.keys(PROTOCOLS)) {
    const cls = nativeClass(name, [classes.objectClass], [], { metaclass: meta, module: 'collections.abc' });
    cls.members.set(
      '__class_getitem__',
      classMethod('__class_getitem__', 'self index', (self, index) => aliasOf(self, index)),
    );
    made.set(name, cls);
  }
  addMethods(made.get('Mapping')!, [
    method('get', 'self key default?', (self, key, otherwise) => item(self, key) ?? otherwise ?? null),
    method('__contains__', 'self key', (self, key) => item(self, key) !== undefined),
  ]);
  return nativeModule('collections.abc', made);
}

function item(self: Value, key: Value): Value | undefined {
  try {
    return getItem(self, key);
  } catch (error) {
    if (error instanceof Raised && error.exception.cls.name === 'KeyError') return undefined;
    throw error;
  }
}
