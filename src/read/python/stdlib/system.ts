import { func, named, nativeClass, nativeModule } from '../operate/native.ts';
import * as classes from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { raised, typeError } from '../values/exceptions.ts';
import { type PyClass, PyInstance, PyObject, type Value } from '../values/object.ts';
import { PyList, PyTuple } from '../values/values.ts';
import { namedTuple } from './collections.ts';
import type { Host } from './module.ts';
import { call } from '../operate/core.ts';
import { run } from '../state.ts';

/** `sys.modules`: what is loaded at the moment. */
class LoadedModules extends PyDict {
  private readonly loaded: ReadonlyMap<string, Value>;

  constructor(loaded: ReadonlyMap<string, Value>) {
    super();
    this.loaded = loaded;
    for (const [name, module] of loaded) this.set(name, module);
  }

  override get(key: Value): Value | undefined {
    return super.get(key) ?? (typeof key === 'string' ? this.loaded.get(key) : undefined);
  }

  override has(key: Value): boolean {
    return this.get(key) !== undefined;
  }
}

const path = (value: Value): string => {
  if (typeof value !== 'string') throw typeError('expected str, bytes or os.PathLike object');
  return value;
};

const joined = (first: string, rest: readonly string[]) =>
  rest.reduce(
    (all, part) =>
      part.startsWith('/') ? part : all === '' || all.endsWith('/') ? all + part : `${all}/${part}`,
    first,
  );

/** Only what computes with names; nothing looks at a disk. */
export const osPath = () =>
  nativeModule('os.path', [
    ['sep', '/'],
    ...named([
      func('join', 'first *rest', (first, rest) => joined(path(first), rest.map(path))),
      func('basename', 'path', (value) => path(value).split('/').at(-1)!),
      func('dirname', 'path', (value) => path(value).split('/').slice(0, -1).join('/')),
      func('splitext', 'path', (value) => {
        const whole = path(value);
        const dot = whole.lastIndexOf('.');
        const name = whole.split('/').at(-1)!;
        if (dot < 0 || name.lastIndexOf('.') <= 0) return new PyTuple([whole, '']);
        return new PyTuple([whole.slice(0, dot), whole.slice(dot)]);
      }),
      func(
        'split',
        'path',
        (value) =>
          new PyTuple([path(value).split('/').slice(0, -1).join('/'), path(value).split('/').at(-1)!]),
      ),
      func('exists', 'path', () => false),
      func('isfile', 'path', () => false),
      func('isdir', 'path', () => false),
      func('abspath', 'path', (value) => path(value)),
      func('realpath', 'path', (value) => path(value)),
      func('normpath', 'path', (value) => path(value)),
      func('expanduser', 'path', (value) => path(value)),
      func('isabs', 'path', (value) => path(value).startsWith('/')),
    ]),
  ]);

export function os() {
  return nativeModule('os', [
    ['path', osPath()],
    ['environ', new PyDict()],
    ['sep', '/'],
    ['linesep', '\n'],
    ['name', 'posix'],
    ['PathLike', nativeClass('PathLike', [classes.objectClass], [])],
    ...named([
      func('getenv', 'name default?', (_, otherwise) => otherwise ?? null),
      func('cpu_count', '', () => 1),
      func('fspath', 'path', (value) => path(value)),
      ...'system popen remove listdir makedirs mkdir getcwd chdir open walk scandir unlink rename stat fork kill execv urandom'
        .split(' ')
        .map((name) =>
          func(name, '*args **keywords', () => {
            throw raised('PermissionError', `os.${name}() is not available: source is read, not run`);
          }),
        ),
    ]),
  ]);
}

export function sys({ evaluator }: Host) {
  const version = namedTuple(
    'version_info',
    ['major', 'minor', 'micro', 'releaselevel', 'serial'],
    new Map(),
  );
  const modules = new LoadedModules(evaluator.modules);
  const silent = new PyInstance(
    nativeClass(
      'TextIO',
      [classes.objectClass],
      named([func('write', '*args', () => null), func('flush', '*args', () => null)]),
    ),
  );
  return nativeModule('sys', [
    ['version_info', call(version, [3, 11, 0, 'final', 0])],
    ['version', '3.11.0'],
    ['maxsize', 2n ** 63n - 1n],
    ['platform', 'linux'],
    ['byteorder', 'little'],
    ['executable', ''],
    ['path', new PyList([])],
    ['argv', new PyList([''])],
    ['modules', modules],
    ['stdout', silent],
    ['stderr', silent],
    ...named([
      func('getrecursionlimit', '', () => run.limits.depth),
      func('setrecursionlimit', 'n', () => null),
      func('getsizeof', 'value *rest', () => 64),
      func('intern', 'text', (text) => text),
      func(
        'exc_info',
        '',
        () => new PyTuple([run.handled instanceof PyObject ? run.handled.cls : null, run.handled, null]),
      ),
      func('exit', 'code?', (code) => {
        throw raised('SystemExit', code ?? null);
      }),
    ]),
  ]);
}

/** The classes that have no name among the built-in ones. */
export function types() {
  const namespace = nativeClass('SimpleNamespace', [classes.objectClass], []);
  const table: Readonly<Record<string, PyClass>> = {
    FunctionType: classes.functionClass,
    LambdaType: classes.functionClass,
    MethodType: classes.methodClass,
    BuiltinFunctionType: classes.builtinFunctionClass,
    GeneratorType: classes.generatorClass,
    ModuleType: classes.moduleClass,
    NoneType: classes.noneClass,
    EllipsisType: classes.ellipsisClass,
    GenericAlias: classes.aliasClass,
    UnionType: classes.aliasClass,
  };
  return nativeModule('types', [
    ...Object.entries(table),
    ...named([
      func('SimpleNamespace', '**keywords', (keywords) => {
        const made = new PyInstance(namespace);
        for (const [name, value] of keywords) made.attributes!.set(name, value);
        return made;
      }),
      func('MappingProxyType', 'mapping', (mapping) => mapping),
    ]),
  ]);
}
