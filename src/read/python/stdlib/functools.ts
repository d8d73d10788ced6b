import { lessThan } from '../operate/compare.ts';
import { bind, call, findAttribute, getAttribute, setAttribute, typeOf } from '../operate/core.ts';
import { addMethods, func, method, named, nativeClass, nativeModule } from '../operate/native.ts';
import { iterate } from '../operate/protocols.ts';
import { repr } from '../operate/text.ts';
import { objectClass } from '../values/classes.ts';
import { PyDict, PyNames } from '../values/dict.ts';
import { raised, typeError } from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { PyClass, PyInstance, PyObject, type Value } from '../values/object.ts';
import { PyGetSet, PyMethod, PyNative, PyStaticMethod, PyTuple } from '../values/values.ts';

class Partial_ extends PyInstance {
  callee: Value = null;
  args: readonly Value[] = [];
  keywords: ReadonlyMap<string, Value> = new Map();
}

function partialClass(): PyClass {
  const cls = nativeClass('partial', [objectClass], [], { module: 'functools' });
  const of = (value: Value) => value as Partial_;
  cls.members.set(
    '__new__',
    new PyStaticMethod(
      new PyNative('__new__', (args, keywords) => {
        const [own, callee, ...rest] = args;
        if (callee === undefined) throw typeError("type 'partial' takes at least one argument");
        const made = new Partial_(own as PyClass);
        const inner = callee instanceof Partial_ ? callee : undefined;
        made.callee = inner?.callee ?? callee;
        made.args = [...(inner?.args ?? []), ...rest];
        made.keywords = new Map([...(inner?.keywords ?? []), ...(keywords ?? [])]);
        return made;
      }),
    ),
  );
  addMethods(cls, [
    method('__init__', 'self *args **keywords', () => null),
    method('__call__', 'self *args **keywords', (self, args, keywords) =>
      call(of(self).callee, [...of(self).args, ...args], new Map([...of(self).keywords, ...keywords])),
    ),
    method('__repr__', 'self', (self) => {
      const named_ = [...of(self).keywords].map(([name, value]) => `${name}=${repr(value)}`);
      return `functools.partial(${[repr(of(self).callee), ...of(self).args.map(repr), ...named_].join(', ')})`;
    }),
  ]);
  cls.members.set('func', new PyGetSet('func', (self) => of(self).callee));
  cls.members.set('args', new PyGetSet('args', (self) => new PyTuple(of(self).args)));
  cls.members.set('keywords', new PyGetSet('keywords', (self) => PyDict.of(of(self).keywords)));
  return cls;
}

const COPIED = ['__module__', '__name__', '__qualname__', '__doc__'];

/** Makes a wrapper look like what it wraps. */
function updateWrapper(wrapper: Value, wrapped: Value): Value {
  for (const name of COPIED) {
    const value = findAttribute(wrapped, name);
    if (value !== undefined) setAttribute(wrapper, name, value);
  }
  if (wrapped instanceof PyFunction && wrapper instanceof PyFunction) {
    for (const [name, value] of wrapped.attributes) wrapper.attributes.set(name, value);
    wrapper.attributes.set('__annotations__', getAttribute(wrapped, '__annotations__'));
  }
  setAttribute(wrapper, '__wrapped__', wrapped);
  return wrapper;
}

/** A function that remembers; bound like one where it is a method. */
class Cached extends PyInstance {
  readonly known = new PyDict();
  readonly callee: Value;
  hits = 0;

  constructor(cls: PyClass, callee: Value) {
    super(cls);
    this.callee = callee;
  }
}

function cachedClass(): PyClass {
  const cls = nativeClass('_lru_cache_wrapper', [objectClass], [], { module: 'functools' });
  const of = (value: Value) => value as Cached;
  addMethods(cls, [
    method('__call__', 'self *args **keywords', (self, args, keywords) => {
      const parts = [...keywords].flatMap(([name, value]) => [name, value] as Value[]);
      const key = new PyTuple([...args, ...(parts.length > 0 ? [objectClass, ...parts] : [])]);
      const known = of(self).known.get(key);
      if (known !== undefined) {
        of(self).hits++;
        return known;
      }
      const value = call(of(self).callee, args, keywords);
      of(self).known.set(key, value);
      return value;
    }),
    method('__get__', 'self instance cls?', (self, instance) =>
      instance === null ? self : new PyMethod(instance, self),
    ),
    method('cache_clear', 'self', (self) => of(self).known.clear()),
    method(
      'cache_info',
      'self',
      (self) => new PyTuple([of(self).hits, of(self).known.size, null, of(self).known.size]),
    ),
  ]);
  return cls;
}

class CachedProperty extends PyObject {
  readonly callee: Value;
  name = '';

  constructor(cls: PyClass, callee: Value) {
    super(cls);
    this.callee = callee;
  }
}

function cachedPropertyClass(): PyClass {
  const cls = nativeClass('cached_property', [objectClass], [], { module: 'functools' });
  cls.members.set(
    '__new__',
    new PyStaticMethod(
      new PyNative('__new__', ([own, callee]) => new CachedProperty(own as PyClass, callee ?? null)),
    ),
  );
  addMethods(cls, [
    method('__init__', 'self callee', () => null),
    method('__set_name__', 'self owner name', (self, _, name) => {
      (self as CachedProperty).name = String(name);
    }),
    method('__get__', 'self instance cls?', (self, instance) => {
      if (instance === null) return self;
      const { callee, name } = self as CachedProperty;
      const names = instance instanceof PyObject ? instance.attributes : undefined;
      const known = names?.get(name);
      if (known !== undefined) return known;
      const value = call(callee, [instance]);
      names?.set(name, value);
      return value;
    }),
  ]);
  return cls;
}

/** A function that is chosen by the class of its first argument. */
function singleDispatch(callee: Value): Value {
  const byClass = new Map<PyClass, Value>();
  const choose = (cls: PyClass) =>
    cls.mro.map((each) => byClass.get(each)).find((each) => each !== undefined) ?? callee;
  const cls = nativeClass('singledispatch', [objectClass], []);
  const dispatcher = new PyInstance(cls);
  addMethods(cls, [
    method('__call__', 'self first *args **keywords', (_, first, args, keywords) =>
      call(choose(typeOf(first)), [first, ...args], keywords),
    ),
    method('register', 'self cls? function?', (_, given, function_) => {
      const add = (of: Value, each: Value): Value => {
        if (of instanceof PyClass) byClass.set(of, each);
        return each;
      };
      if (!(given instanceof PyClass)) {
        const annotations = getAttribute(given!, '__annotations__') as PyDict;
        const [first] = annotations instanceof PyNames ? [] : annotations.entries();
        return add(first?.value ?? null, given!);
      }
      return function_ === undefined
        ? func('register', 'f', (each) => add(given, each))
        : add(given, function_);
    }),
    method('dispatch', 'self cls', (_, given) => choose(given as PyClass)),
  ]);
  return dispatcher;
}

export function functools() {
  const cached = cachedClass();
  const cache = (callee: Value): Value => {
    const made = new Cached(cached, callee);
    updateWrapper(made, callee);
    return made;
  };
  return nativeModule('functools', [
    ['partial', partialClass()],
    ['partialmethod', partialClass()],
    ['cached_property', cachedPropertyClass()],
    ['WRAPPER_ASSIGNMENTS', new PyTuple(COPIED)],
    ...named([
      func('reduce', 'function items initial?', (function_, items, initial) => {
        const next = iterate(items);
        // None is a value to begin with.
        let total = initial === undefined ? next() : initial;
        if (total === undefined) throw typeError('reduce() of empty iterable with no initial value');
        for (let item = next(); item !== undefined; item = next()) total = call(function_, [total, item]);
        return total;
      }),
      func('update_wrapper', 'wrapper wrapped assigned? updated?', (wrapper, wrapped) =>
        updateWrapper(wrapper, wrapped),
      ),
      func('wraps', 'wrapped assigned? updated?', (wrapped) =>
        func('wraps', 'wrapper', (wrapper) => updateWrapper(wrapper, wrapped)),
      ),
      func('lru_cache', 'maxsize? typed?', (given) =>
        given === undefined || given === null || typeof given === 'number'
          ? func('lru_cache', 'f', cache)
          : cache(given),
      ),
      func('cache', 'f', cache),
      func('singledispatch', 'f', singleDispatch),
      func('total_ordering', 'cls', (cls) => {
        if (!(cls instanceof PyClass)) throw raised('TypeError', 'total_ordering takes a class');
        const less = cls.members.get('__lt__');
        if (less !== undefined) {
          const lt = (a: Value, b: Value) => call(bind(less, a, cls), [b]);
          const eq = (a: Value, b: Value) => call(getAttribute(a, '__eq__'), [b]) === true;
          addMethods(cls, [
            method('__le__', 'self other', (a, b) => lt(a, b) === true || eq(a, b)),
            method('__gt__', 'self other', (a, b) => lt(a, b) !== true && !eq(a, b)),
            method('__ge__', 'self other', (a, b) => lt(a, b) !== true),
          ]);
        }
        return cls;
      }),
      func('cmp_to_key', 'f', (compare) => {
        const cls = nativeClass('K', [objectClass], []);
        addMethods(cls, [
          method('__lt__', 'self other', (a, b) =>
            lessThan(
              call(compare, [
                (a as PyTuple & { value: Value }).value,
                (b as PyTuple & { value: Value }).value,
              ]),
              0,
            ),
          ),
        ]);
        return func('cmp_to_key', 'value', (value) => Object.assign(new PyObject(cls), { value }));
      }),
    ]),
  ]);
}
