import { superFor } from '../compile/calls.ts';
import { call, getAttribute, typeOf } from '../operate/core.ts';
import { addMethods, method } from '../operate/native.ts';
import { isStop, iterate } from '../operate/protocols.ts';
import { exceptionText } from '../operate/text.ts';
import * as classes from '../values/classes.ts';
import { PyDict, PyNames } from '../values/dict.ts';
import {
  baseExceptionClass,
  exceptionClasses,
  PyException,
  Raised,
  raised,
  typeError,
} from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { PyClass, type Value } from '../values/object.ts';
import {
  PyAlias,
  PyClassMethod,
  PyGenerator,
  PyGetSet,
  PyIterator,
  PyMethod,
  PyModule,
  PyNative,
  PyProperty,
  PyStaticMethod,
  PyTuple,
} from '../values/values.ts';

type Maker = (args: readonly Value[], keywords: ReadonlyMap<string, Value>) => Value;

function constructor(cls: PyClass, make: Maker): void {
  cls.members.set(
    '__new__',
    new PyStaticMethod(new PyNative('__new__', (args, keywords) => make(args, keywords ?? new Map()))),
  );
}

const attribute = (
  cls: PyClass,
  name: string,
  get: (self: Value) => Value,
  set?: (self: Value, value: Value) => void,
) => cls.members.set(name, new PyGetSet(name, get, set));

export function installFunctions(): void {
  const of = (value: Value) => value as PyFunction;
  attribute(
    classes.functionClass,
    '__name__',
    (self) => of(self).name,
    (self, value) => void (of(self).name = String(value)),
  );
  attribute(
    classes.functionClass,
    '__qualname__',
    (self) => of(self).qualname,
    (self, value) => void (of(self).qualname = String(value)),
  );
  attribute(
    classes.functionClass,
    '__doc__',
    (self) => of(self).doc,
    (self, value) => void (of(self).doc = value),
  );
  attribute(
    classes.functionClass,
    '__module__',
    (self) => of(self).attributes.get('__module__') ?? of(self).module.attributes.get('__name__') ?? null,
    (self, value) => void of(self).attributes.set('__module__', value),
  );
  attribute(
    classes.functionClass,
    '__annotations__',
    (self) => of(self).attributes.get('__annotations__') ?? of(self).annotations(),
    (self, value) => void of(self).attributes.set('__annotations__', value),
  );
  const positional = ({ kind }: { kind: string }) => kind === 'positional' || kind === 'positional-only';
  attribute(classes.functionClass, '__defaults__', (self) => {
    const values = of(self)
      .parameters.filter(positional)
      .flatMap(({ name }) => (of(self).defaults.has(name) ? [of(self).defaults.get(name)!] : []));
    return values.length === 0 ? null : new PyTuple(values);
  });
  attribute(classes.functionClass, '__kwdefaults__', (self) => {
    const names = of(self)
      .parameters.filter(({ kind }) => kind === 'keyword-only')
      .map(({ name }) => name);
    return PyDict.of(
      names.flatMap((name) =>
        of(self).defaults.has(name) ? [[name, of(self).defaults.get(name)!] as const] : [],
      ),
    );
  });
  addMethods(classes.functionClass, [
    method('__get__', 'self instance cls?', (self, instance) =>
      instance === null ? self : new PyMethod(instance, self),
    ),
    method('__call__', 'self *args **keywords', (self, args, keywords) => call(self, args, keywords)),
  ]);
  attribute(classes.builtinFunctionClass, '__name__', (self) => (self as PyNative).name);
  attribute(classes.builtinFunctionClass, '__qualname__', (self) => (self as PyNative).name);
  attribute(classes.builtinFunctionClass, '__doc__', () => null);
  attribute(classes.builtinFunctionClass, '__module__', () => 'builtins');
  attribute(classes.methodClass, '__self__', (self) => (self as PyMethod).self);
  attribute(classes.methodClass, '__func__', (self) => (self as PyMethod).callee);
  attribute(classes.methodClass, '__name__', (self) => getAttribute((self as PyMethod).callee, '__name__'));
  attribute(classes.methodClass, '__doc__', (self) => getAttribute((self as PyMethod).callee, '__doc__'));
  attribute(classes.moduleClass, '__dict__', (self) => new PyNames((self as PyModule).attributes));
  attribute(classes.aliasClass, '__origin__', (self) => (self as PyAlias).origin);
  attribute(classes.aliasClass, '__args__', (self) => (self as PyAlias).args);
  installWrappers();
  installGenerators();
  installExceptions();
}

function installWrappers(): void {
  constructor(classes.propertyClass, (args, keywords) => {
    const part = (i: number, name: string) => args[i] ?? keywords.get(name) ?? null;
    const cls = args[0] as PyClass;
    return new PyProperty(part(1, 'fget'), part(2, 'fset'), part(3, 'fdel'), part(4, 'doc'), cls);
  });
  const of = (value: Value) => value as PyProperty;
  addMethods(classes.propertyClass, [
    method(
      'setter',
      'self f',
      (self, f) => new PyProperty(of(self).getter, f, of(self).deleter, of(self).doc, of(self).cls),
    ),
    method(
      'getter',
      'self f',
      (self, f) => new PyProperty(f, of(self).setter, of(self).deleter, of(self).doc, of(self).cls),
    ),
    method(
      'deleter',
      'self f',
      (self, f) => new PyProperty(of(self).getter, of(self).setter, f, of(self).doc, of(self).cls),
    ),
  ]);
  const inner = (value: Value) => (value instanceof PyProperty ? value.getter : null);
  attribute(classes.propertyClass, 'fget', inner);
  attribute(classes.propertyClass, 'fset', (self) => (self instanceof PyProperty ? self.setter : null));
  attribute(classes.propertyClass, '__doc__', (self) => {
    const own = self instanceof PyProperty ? self.getter : null;
    return own === null ? null : getAttribute(own, '__doc__');
  });
  constructor(classes.staticmethodClass, (args) => new PyStaticMethod(args[1] ?? null));
  constructor(classes.classmethodClass, (args) => new PyClassMethod(args[1] ?? null));
  attribute(classes.staticmethodClass, '__func__', (self) => (self as PyStaticMethod).callee);
  attribute(classes.classmethodClass, '__func__', (self) => (self as PyClassMethod).callee);
  constructor(classes.superClass, (args) => {
    const [, after, self] = args;
    if (!(after instanceof PyClass) || self === undefined)
      throw raised('RuntimeError', 'super(): no arguments');
    return superFor(after, self);
  });
}

const stopIteration = (value: Value) => raised('StopIteration', value === null ? undefined : value);

/** `next(iterator)` */
export function next(value: Value): Value | undefined {
  if (value instanceof PyGenerator) return value.send(null);
  if (value instanceof PyIterator) return value.next();
  const found = typeOf(value).lookup('__next__');
  if (found === undefined) throw typeError(`'${typeOf(value).name}' object is not an iterator`);
  try {
    return call(found, [value]);
  } catch (error) {
    if (isStop(error)) return undefined;
    throw error;
  }
}

function installGenerators(): void {
  const of = (value: Value) => value as PyGenerator;
  const resumed = (self: Value, item: Value | undefined): Value => {
    if (item === undefined) throw stopIteration(of(self).returned);
    return item;
  };
  addMethods(classes.generatorClass, [
    method('__iter__', 'self', (self) => self),
    method('__next__', 'self', (self) => resumed(self, of(self).send(null))),
    method('send', 'self value', (self, value) => resumed(self, of(self).send(value))),
    method('close', 'self', (self) => of(self).close()),
    method('throw', 'self type value? traceback?', (self, type, value) => {
      const given = value !== undefined && value !== null ? value : type;
      const exception = given instanceof PyClass ? call(given, []) : given;
      if (!(exception instanceof PyException)) throw typeError('exceptions must derive from BaseException');
      return resumed(self, of(self).throwIn(new Raised(exception)));
    }),
  ]);
  addMethods(classes.iteratorClass, [
    method('__iter__', 'self', (self) => self),
    method('__next__', 'self', (self) => {
      const item = iterate(self)();
      if (item === undefined) throw raised('StopIteration');
      return item;
    }),
  ]);
}

function installExceptions(): void {
  constructor(baseExceptionClass, (args) => {
    const [cls, ...given] = args;
    const exception = new PyException(cls as PyClass);
    exception.args = new PyTuple(given);
    return exception;
  });
  const of = (value: Value) => value as PyException;
  attribute(
    baseExceptionClass,
    'args',
    (self) => of(self).args,
    (self, value) => void (of(self).args = value instanceof PyTuple ? value : new PyTuple([value])),
  );
  attribute(
    baseExceptionClass,
    '__cause__',
    (self) => of(self).cause,
    (self, value) => void (of(self).cause = value),
  );
  attribute(
    baseExceptionClass,
    '__context__',
    (self) => of(self).context,
    (self, value) => void (of(self).context = value),
  );
  attribute(
    baseExceptionClass,
    '__traceback__',
    () => null,
    () => undefined,
  );
  attribute(
    baseExceptionClass,
    '__suppress_context__',
    (self) => of(self).cause !== null,
    () => undefined,
  );
  addMethods(baseExceptionClass, [
    method('__init__', 'self *args **keywords', (self, args) => {
      if (args.length > 0 || of(self).args.items.length === 0) of(self).args = new PyTuple(args);
    }),
    method('__str__', 'self', (self) => exceptionText(of(self))),
    method('with_traceback', 'self traceback', (self) => self),
    method('add_note', 'self note', () => null),
  ]);
  const stop = exceptionClasses.get('StopIteration')!;
  attribute(stop, 'value', (self) => of(self).args.items[0] ?? null);
  const key = exceptionClasses.get('ImportError')!;
  attribute(key, 'name', () => null);
}
