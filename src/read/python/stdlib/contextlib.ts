import { call, getAttribute, isInstance } from '../operate/core.ts';
import { addMethods, func, method, named, nativeClass, nativeModule } from '../operate/native.ts';
import { objectClass } from '../values/classes.ts';
import { PyException, Raised, raised } from '../values/exceptions.ts';
import { PyClass, PyInstance, type Value } from '../values/object.ts';
import { PyGenerator, PyNative, PyStaticMethod } from '../values/values.ts';

class Manager extends PyInstance {
  readonly generator: PyGenerator;
  readonly again: () => Value;

  constructor(cls: PyClass, generator: PyGenerator, again: () => Value) {
    super(cls);
    this.generator = generator;
    this.again = again;
  }
}

function managerClass(): PyClass {
  const cls = nativeClass('_GeneratorContextManager', [objectClass], [], { module: 'contextlib' });
  const of = (value: Value) => (value as Manager).generator;
  addMethods(cls, [
    method('__enter__', 'self', (self) => {
      const value = of(self).send(null);
      if (value === undefined) throw raised('RuntimeError', "generator didn't yield");
      return value;
    }),
    method('__exit__', 'self type value traceback', (self, _, value) => {
      if (value === null) {
        if (of(self).send(null) !== undefined) throw raised('RuntimeError', "generator didn't stop");
        return false;
      }
      try {
        if (of(self).throwIn(new Raised(value as PyException)) !== undefined) {
          throw raised('RuntimeError', "generator didn't stop after throw()");
        }
        return true;
      } catch (error) {
        if (error instanceof Raised && error.exception === value) return false;
        throw error;
      }
    }),
    // As a decorator each call has a manager of its own.
    method('__call__', 'self function', (self, function_) => {
      const wrapped = new PyNative(
        'wrapped',
        (args, keywords) => {
          const manager = (self as Manager).again();
          call(getAttribute(manager, '__enter__'), []);
          const leave = (error: PyException | null) =>
            call(getAttribute(manager, '__exit__'), [error?.cls ?? null, error, null]);
          let result: Value;
          try {
            result = call(function_, args, keywords);
          } catch (error) {
            if (!(error instanceof Raised) || leave(error.exception) !== true) throw error;
            return null;
          }
          leave(null);
          return result;
        },
        true,
      );
      return wrapped;
    }),
  ]);
  return cls;
}

export function contextlib() {
  const manager = managerClass();
  const simple = (
    name: string,
    init: string,
    exit: (self: Value, error: Value) => boolean,
    enter: (self: Value) => Value,
  ) => {
    const cls = nativeClass(name, [objectClass], [], { module: 'contextlib' });
    addMethods(cls, [
      method('__init__', 'self *values **keywords', (self, values) => {
        (self as PyInstance).attributes!.set(init, values[0] ?? null);
        (self as PyInstance).attributes!.set('all', values.length === 0 ? null : values[0]!);
      }),
      method('__enter__', 'self', enter),
      method('__exit__', 'self type value traceback', (self, _, value) => exit(self, value)),
    ]);
    return cls;
  };
  const suppress = nativeClass('suppress', [objectClass], [], { module: 'contextlib' });
  const kinds = new WeakMap<object, readonly Value[]>();
  suppress.members.set(
    '__new__',
    new PyStaticMethod(
      new PyNative('__new__', ([cls, ...given]) => {
        const made = new PyInstance(cls as PyClass);
        kinds.set(made, given);
        return made;
      }),
    ),
  );
  addMethods(suppress, [
    method('__init__', 'self *kinds', () => null),
    method('__enter__', 'self', () => null),
    method('__exit__', 'self type value traceback', (self, _, value) =>
      (kinds.get(self as PyInstance) ?? []).some(
        (kind) => kind instanceof PyClass && isInstance(value, kind),
      ),
    ),
  ]);
  return nativeModule('contextlib', [
    [
      'nullcontext',
      simple(
        'nullcontext',
        'enter_result',
        () => false,
        (self) => (self as PyInstance).attributes!.get('enter_result') ?? null,
      ),
    ],
    ['suppress', suppress],
    ['ContextDecorator', nativeClass('ContextDecorator', [objectClass], [])],
    ['AbstractContextManager', nativeClass('AbstractContextManager', [objectClass], [])],
    ...named([
      func('contextmanager', 'function', (function_) => {
        const wrapper = new PyNative(
          'contextmanager',
          (args, keywords) => {
            const start = (): Value => {
              const generator = call(function_, args, keywords);
              if (!(generator instanceof PyGenerator))
                throw raised('TypeError', 'contextmanager takes a generator function');
              return new Manager(manager, generator, start);
            };
            return start();
          },
          true,
        );
        return wrapper;
      }),
    ]),
  ]);
}
