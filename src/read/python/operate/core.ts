import { boolClass, intClass, noneClass, objectClass, strClass, typeClass } from '../values/classes.ts';
import { raised, Raised, typeError } from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { type Keywords, PyClass, PyObject, type Value } from '../values/object.ts';
import {
  PyAlias,
  PyClassMethod,
  PyGetSet,
  PyMethod,
  PyModule,
  PyNative,
  PyProperty,
  PyStaticMethod,
  PySuper,
} from '../values/values.ts';
import { VggError } from '../../../core/errors/error.ts';

export function typeOf(value: Value): PyClass {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return intClass;
    case 'string':
      return strClass;
    case 'boolean':
      return boolClass;
    default:
      return value === null ? noneClass : value.cls;
  }
}

export const typeName = (value: Value) => typeOf(value).name;

export function isInstance(value: Value, cls: PyClass): boolean {
  const own = typeOf(value);
  return own === cls || own.mro.includes(cls);
}

export function call(callee: Value, args: readonly Value[], keywords?: Keywords): Value {
  if (callee instanceof PyFunction || callee instanceof PyNative) return callee.invoke(args, keywords);
  if (callee instanceof PyMethod) return call(callee.callee, [callee.self, ...args], keywords);
  if (callee instanceof PyClass) return instantiate(callee, args, keywords);
  if (callee instanceof PyStaticMethod) return call(callee.callee, args, keywords);
  if (callee instanceof PyAlias) return call(callee.origin, args, keywords);
  const cls = typeOf(callee);
  const method = cls.lookup('__call__');
  if (method === undefined) throw typeError(`'${cls.name}' object is not callable`);
  return call(bind(method, callee, cls), args, keywords);
}

export function isCallable(value: Value): boolean {
  return (
    value instanceof PyFunction ||
    value instanceof PyNative ||
    value instanceof PyMethod ||
    value instanceof PyClass ||
    value instanceof PyStaticMethod ||
    value instanceof PyAlias ||
    typeOf(value).lookup('__call__') !== undefined
  );
}

function instantiate(cls: PyClass, args: readonly Value[], keywords: Keywords): Value {
  if (cls.cls !== typeClass) {
    const made = cls.cls.lookup('__call__');
    if (made !== undefined) return call(made, [cls, ...args], keywords);
  }
  return construct(cls, args, keywords);
}

/** `__new__`, then `__init__` of what it gives. */
export function construct(cls: PyClass, args: readonly Value[], keywords: Keywords): Value {
  const maker = cls.lookup('__new__');
  if (maker === undefined) throw typeError(`cannot create '${cls.name}' instances`);
  const made = call(maker, [cls, ...args], keywords);
  const own = typeOf(made);
  if (own !== cls && !own.isSubclassOf(cls)) return made;
  if (made instanceof PyClass) return made;
  const init = own.lookup('__init__');
  if (init !== undefined) {
    const result = call(bind(init, made, own), args, keywords);
    if (result !== null) {
      throw typeError(`__init__() should return None, not '${typeName(result)}'`);
    }
  }
  return made;
}

/** What a class's attribute is for an object of it: functions become methods, properties their value. */
export function bind(found: Value, self: Value, cls: PyClass): Value {
  if (found === null || typeof found !== 'object') return found;
  if (found instanceof PyFunction) return new PyMethod(self, found);
  if (found instanceof PyNative) return found.binds ? new PyMethod(self, found) : found;
  if (found instanceof PyGetSet) return found.get(self);
  if (found instanceof PyProperty) {
    if (found.getter === null) throw raised('AttributeError', 'unreadable attribute');
    return call(found.getter, [self]);
  }
  if (found instanceof PyClassMethod) return bindToClass(found.callee, cls);
  if (found instanceof PyStaticMethod) return found.callee;
  const getter = found.cls.exact ? undefined : found.cls.lookup('__get__');
  return getter === undefined ? found : call(getter, [found, self, cls]);
}

function bindToClass(callee: Value, cls: PyClass): Value {
  if (callee instanceof PyFunction || callee instanceof PyNative) return new PyMethod(cls, callee);
  if (callee instanceof PyProperty) return call(callee.getter, [cls]);
  return new PyMethod(cls, callee);
}

/** As seen from the class itself. */
function bindInClass(found: Value, cls: PyClass): Value {
  if (found instanceof PyClassMethod) return bindToClass(found.callee, cls);
  if (found instanceof PyStaticMethod) return found.callee;
  if (!(found instanceof PyObject) || found.cls.exact || found instanceof PyClass) return found;
  const getter = found.cls.lookup('__get__');
  return getter === undefined ? found : call(getter, [found, null, cls]);
}

function isData(found: Value | undefined): boolean {
  if (found === null || typeof found !== 'object') return false;
  if (found instanceof PyGetSet || found instanceof PyProperty) return true;
  return !found.cls.exact && (found.cls.lookup('__set__') ?? found.cls.lookup('__delete__')) !== undefined;
}

/** undefined where there is no such attribute. */
export function findAttribute(value: Value, name: string): Value | undefined {
  const cls = typeOf(value);
  if (!cls.sealed) {
    const custom = cls.lookup('__getattribute__');
    if (custom instanceof PyFunction) return orGetattr(value, name, cls, () => call(custom, [value, name]));
  }
  return orGetattr(value, name, cls, () => plainAttribute(value, name));
}

function orGetattr(
  value: Value,
  name: string,
  cls: PyClass,
  find: () => Value | undefined,
): Value | undefined {
  const fallback = cls.exact ? undefined : cls.lookup('__getattr__');
  if (fallback === undefined) return find();
  try {
    const found = find();
    if (found !== undefined) return found;
  } catch (error) {
    if (!isAttributeError(error)) throw error;
  }
  return call(bind(fallback, value, cls), [name]);
}

export const isAttributeError = (error: unknown): error is Raised =>
  error instanceof Raised && error.exception.cls.mro.some(({ name }) => name === 'AttributeError');

/** `object.__getattribute__`: without `__getattr__`. */
export function plainAttribute(value: Value, name: string): Value | undefined {
  const cls = typeOf(value);
  if (value instanceof PyClass) return classAttribute(value, name);
  if (value instanceof PySuper) return superAttribute(value, name);
  if (value instanceof PyModule) return moduleAttribute(value, name);
  const found = cls.lookup(name);
  if (found !== undefined && isData(found)) return bind(found, value, cls);
  if (value instanceof PyObject && value.attributes !== undefined) {
    const own = value.attributes.get(name);
    if (own !== undefined) return own;
  }
  if (found !== undefined) return bind(found, value, cls);
  // Methods know what their function knows; an alias what its class knows.
  if (value instanceof PyMethod && value.callee instanceof PyFunction)
    return findAttribute(value.callee, name);
  if (value instanceof PyAlias && !/^__\w+__$/.test(name)) return findAttribute(value.origin, name);
  return undefined;
}

function classAttribute(cls: PyClass, name: string): Value | undefined {
  const meta = cls.cls.lookup(name);
  if (meta !== undefined && isData(meta) && !(cls.members.has(name) && name !== '__dict__')) {
    return bind(meta, cls, cls.cls);
  }
  const found = cls.lookup(name);
  if (found !== undefined && !(found instanceof PyGetSet && meta !== undefined))
    return bindInClass(found, cls);
  return meta === undefined ? undefined : bind(meta, cls, cls.cls);
}

function superAttribute(value: PySuper, name: string): Value | undefined {
  if (name === '__class__') return value.cls;
  const { mro } = value.selfClass;
  for (const cls of mro.slice(mro.indexOf(value.after) + 1)) {
    const found = cls.members.get(name);
    if (found === undefined) continue;
    if (value.self instanceof PyClass && value.self === value.selfClass)
      return bindInClass(found, value.self);
    return bind(found, value.self, value.selfClass);
  }
  return undefined;
}

function moduleAttribute(module: PyModule, name: string): Value | undefined {
  const known = module.attributes.get(name);
  const found = known !== undefined ? known : module.missing?.(name);
  if (found !== undefined) return found;
  const getter = module.native ? undefined : module.attributes.get('__getattr__');
  if (getter !== undefined) return call(getter, [name]);
  const own = module.cls.lookup(name);
  return own === undefined ? undefined : bind(own, module, module.cls);
}

export function getAttribute(value: Value, name: string): Value {
  const found = findAttribute(value, name);
  if (found === undefined) throw noAttribute(value, name);
  return found;
}

/** A native module that lacks a name ends the evaluation: nothing can be concluded from that. */
export function noAttribute(value: Value, name: string): Error {
  if (value instanceof PyModule) {
    if (value.native) return new VggError('python-unknown-name', { module: value.name, name });
    return raised('AttributeError', `module '${value.name}' has no attribute '${name}'`);
  }
  if (value instanceof PyClass) {
    return raised('AttributeError', `type object '${value.name}' has no attribute '${name}'`);
  }
  return raised('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
}

export function setAttribute(value: Value, name: string, to: Value): void {
  const cls = typeOf(value);
  const custom = cls.exact ? undefined : cls.lookup('__setattr__');
  if (custom !== undefined && custom !== objectClass.members.get('__setattr__')) {
    call(bind(custom, value, cls), [name, to]);
    return;
  }
  setPlain(value, name, to);
}

/** `object.__setattr__`. */
export function setPlain(value: Value, name: string, to: Value): void {
  const cls = typeOf(value);
  const found = cls.lookup(name);
  if (found instanceof PyProperty) {
    if (found.setter === null) {
      throw raised('AttributeError', `property '${name}' of '${cls.name}' object has no setter`);
    }
    call(found.setter, [value, to]);
    return;
  }
  if (found instanceof PyGetSet) {
    if (found.set === undefined) throw raised('AttributeError', `attribute '${name}' is not writable`);
    found.set(value, to);
    return;
  }
  if (found instanceof PyObject && !found.cls.exact && !(found instanceof PyClass)) {
    const setter = found.cls.lookup('__set__');
    if (setter !== undefined) {
      call(setter, [found, value, to]);
      return;
    }
  }
  if (value instanceof PyClass) {
    if (value.sealed) throw typeError(`cannot set '${name}' attribute of immutable type '${value.name}'`);
    value.members.set(name, to);
    return;
  }
  if (!(value instanceof PyObject) || value.attributes === undefined) throw noAttribute(value, name);
  const old = value.attributes.get(name);
  value.attributes.set(name, to);
  if (old !== undefined) released(old);
}

let released: (value: Value) => void = () => undefined;
/** Who is told of the values that attributes no longer hold. */
export function onReleased(told: (value: Value) => void): void {
  released = told;
}

export function deleteAttribute(value: Value, name: string): void {
  const cls = typeOf(value);
  const custom = cls.exact ? undefined : cls.lookup('__delattr__');
  if (custom !== undefined && custom !== objectClass.members.get('__delattr__')) {
    call(bind(custom, value, cls), [name]);
    return;
  }
  deletePlain(value, name);
}

/** `object.__delattr__`. */
export function deletePlain(value: Value, name: string): void {
  const found = typeOf(value).lookup(name);
  if (found instanceof PyProperty && found.deleter !== null) {
    call(found.deleter, [value]);
    return;
  }
  if (found instanceof PyObject && !found.cls.exact) {
    const deleter = found.cls.lookup('__delete__');
    if (deleter !== undefined) {
      call(deleter, [found, value]);
      return;
    }
  }
  const map =
    value instanceof PyClass ? (value.sealed ? undefined : value.members) : (value as PyObject)?.attributes;
  if (map === undefined || !map.delete(name)) throw noAttribute(value, name);
}

/** A method that the class has, bound; never an attribute of the object itself. */
export function special(value: Value, name: string): Value | undefined {
  const cls = typeOf(value);
  const found = cls.lookup(name);
  return found === undefined || found === null ? undefined : bind(found, value, cls);
}

export function callSpecial(value: Value, name: string, args: readonly Value[]): Value | undefined {
  const cls = typeOf(value);
  const found = cls.lookup(name);
  if (found === undefined || found === null) return undefined;
  if (found instanceof PyFunction || (found instanceof PyNative && found.binds)) {
    return found.invoke([value, ...args], undefined);
  }
  return call(bind(found, value, cls), args);
}

/** `value.name(...)`, without the method between. */
export function callMethod(value: Value, name: string, args: readonly Value[], keywords?: Keywords): Value {
  if (value !== null && typeof value === 'object' && value.cls.sealed === false) {
    if (value instanceof PyClass || value instanceof PyModule || value.attributes?.has(name) === true) {
      return call(getAttribute(value, name), args, keywords);
    }
    const found = value.cls.lookup(name);
    if (found instanceof PyFunction && value.cls.lookup('__getattribute__') instanceof PyFunction === false) {
      return found.invoke([value, ...args], keywords);
    }
  }
  return call(getAttribute(value, name), args, keywords);
}
