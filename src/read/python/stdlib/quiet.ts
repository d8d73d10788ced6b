import { addMethods, func, method, named, nativeClass, nativeModule } from '../operate/native.ts';
import { objectClass } from '../values/classes.ts';
import { exceptionClasses, raised } from '../values/exceptions.ts';
import { PyInstance, type Value } from '../values/object.ts';
import { PyFloat, PyModule } from '../values/values.ts';

const nothing = (name: string) => func(name, '*args **keywords', () => null);

const LEVELS = { DEBUG: 10, INFO: 20, WARNING: 30, WARN: 30, ERROR: 40, CRITICAL: 50, FATAL: 50, NOTSET: 0 };

/** Loggers that say nothing. */
export function logging() {
  const logger = nativeClass('Logger', [objectClass], [], { module: 'logging' });
  const silent =
    'debug info warning warn error exception critical log setLevel addHandler removeHandler addFilter setFormatter'.split(
      ' ',
    );
  addMethods(logger, [
    ...silent.map((name) => method(name, 'self *args **keywords', () => null)),
    method('isEnabledFor', 'self level', () => false),
    method('hasHandlers', 'self', () => false),
    method('getEffectiveLevel', 'self', () => 30),
    method('__init__', 'self *args **keywords', () => null),
  ]);
  const make = () => new PyInstance(logger);
  return nativeModule('logging', [
    ...Object.entries(LEVELS),
    ...['Logger', 'Handler', 'StreamHandler', 'FileHandler', 'NullHandler', 'Formatter', 'Filter'].map(
      (name) => [name, logger] as const,
    ),
    ...named([
      func('getLogger', 'name?', make),
      func('addLevelName', 'level name', () => null),
      ...[...silent, 'basicConfig', 'captureWarnings', 'disable'].map(nothing),
    ]),
  ]);
}

/** Warnings are not shown. */
export function warnings() {
  const catcher = nativeClass('catch_warnings', [objectClass], [], { module: 'warnings' });
  addMethods(catcher, [
    method('__init__', 'self *args **keywords', () => null),
    method('__enter__', 'self', () => null),
    method('__exit__', 'self type value traceback', () => false),
  ]);
  return nativeModule('warnings', [
    ['catch_warnings', catcher],
    ...named(['warn', 'warn_explicit', 'filterwarnings', 'simplefilter', 'resetwarnings'].map(nothing)),
    ...[...exceptionClasses].filter(([name]) => name.endsWith('Warning')),
  ]);
}

/** A clock that stands still: no result may depend on the time. */
export function time() {
  const zero = (name: string) => func(name, '*args', () => new PyFloat(0));
  return nativeModule('time', [
    ...named([
      ...['time', 'perf_counter', 'monotonic', 'process_time', 'thread_time'].map(zero),
      nothing('sleep'),
      func('strftime', '*args', () => ''),
    ]),
  ]);
}

/** Features of later Pythons: all of them are on. */
export function future() {
  const names =
    'annotations division print_function absolute_import unicode_literals generators with_statement nested_scopes';
  return nativeModule(
    '__future__',
    names.split(' ').map((name): [string, Value] => [name, null]),
  );
}

/** A module that is there and does nothing that can be done here. */
export const refusing = (name: string, functions: string): PyModule =>
  nativeModule(
    name,
    named(
      functions.split(' ').map((each) =>
        func(each, '*args **keywords', () => {
          throw raised('NotImplementedError', `${name}.${each}() is not available: source is read, not run`);
        }),
      ),
    ),
  );
