import { VggError } from '../../core/errors/error.ts';
import type { Place } from './ast.ts';
import { makeBuiltins } from './builtins.ts';
import { compileModule } from './compile/module.ts';
import { tooDeep } from './compile/trace.ts';
import { call, onReleased } from './operate/core.ts';
import { exceptionText, qualified } from './operate/text.ts';
import type { Parser } from './parse/parser.ts';
import { standardModules } from './stdlib/registry.ts';
import { defaultLimits, type Limits, run } from './state.ts';
import { installTypes } from './types/install.ts';
import { Raised, raised } from './values/exceptions.ts';
import type { Keywords, Value } from './values/object.ts';
import { PyModule } from './values/values.ts';

/** A module's source, as it was found. */
export interface ModuleSource {
  readonly source: string;
  /** As errors name it. */
  readonly file: string;
  /** An `__init__.py`: its own name is the package of what it imports relatively. */
  readonly isPackage: boolean;
}

export interface EvaluatorOptions {
  readonly parser: Parser;
  /** Asked for every module that the standard library written here does not have. */
  readonly importModule?: (name: string) => ModuleSource | PyModule | undefined;
  /** What `print` writes. */
  readonly print?: (text: string) => void;
  readonly limits?: Partial<Limits>;
  /** Told of each value that a local variable, a module's name or an attribute no longer holds. */
  readonly dropped?: (value: Value) => void;
}

/**
 * Evaluates Python. Nothing of the machine can be reached by what is evaluated: no file, no network, no JavaScript
 * object. All that it may use is handed in. Limits hold for all that one evaluator does in its life.
 */
export class Evaluator {
  readonly builtins: PyModule;
  /** By full name; `sys.modules`. */
  readonly modules = new Map<string, PyModule>();
  private readonly options: EvaluatorOptions;
  private readonly limits: Limits;
  private steps = 0;
  private allocated = 0;

  constructor(options: EvaluatorOptions) {
    installTypes();
    this.options = options;
    this.limits = { ...defaultLimits, ...options.limits };
    this.builtins = makeBuiltins();
    this.modules.set('builtins', this.builtins);
  }

  /** How many steps have been taken. */
  get stepsTaken(): number {
    return Math.round(this.steps);
  }

  /** Runs a file as `__main__`. Its names are the module's attributes. */
  runFile(source: string, file: string): PyModule {
    return this.within(() => {
      const module = this.newModule('__main__', '', file);
      this.execute({ source, file, isPackage: false }, module);
      return module;
    });
  }

  /** Runs source as a module of this name, which it is from then on. */
  runModule(source: string, name: string): PyModule {
    const module = this.newModule(name, name, `<${name}>`);
    this.execute({ source, file: `<${name}>`, isPackage: true }, module);
    return module;
  }

  /** Evaluates one expression with the names of a module. */
  evaluate(expression: string, module: PyModule, file = '<expression>'): Value {
    return this.within(() => {
      const scratch = new PyModule(module.name, new Map(module.attributes));
      this.execute({ source: `__result__ = (${expression}\n)`, file, isPackage: false }, scratch);
      return scratch.attributes.get('__result__') ?? null;
    });
  }

  /** Calls what Python has defined. */
  call(callee: Value, args: readonly Value[] = [], keywords?: Keywords): Value {
    return this.within(() => call(callee, args, keywords));
  }

  /** Does something with values, under this evaluator's limits; Python's exceptions come out as VggErrors. */
  within<T>(action: () => T): T {
    const before = { ...run };
    Object.assign(run, {
      limits: this.limits,
      steps: this.steps,
      allocated: this.allocated,
      print: this.options.print ?? (() => undefined),
      dropped: this.options.dropped,
    });
    onReleased(this.options.dropped ?? (() => undefined));
    try {
      return action();
    } catch (error) {
      throw outward(error);
    } finally {
      this.steps = run.steps;
      this.allocated = run.allocated;
      Object.assign(run, before);
      onReleased(before.dropped ?? (() => undefined));
    }
  }

  /** What `import name` gives; loads it, and the packages around it, when it is first asked for. */
  importModule(name: string): PyModule {
    const known = this.modules.get(name);
    if (known !== undefined) return known;
    const dot = name.lastIndexOf('.');
    const parent = dot < 0 ? undefined : this.importModule(name.slice(0, dot));
    // The package may have imported it meanwhile.
    const loaded = this.modules.get(name) ?? this.load(name);
    if (loaded === undefined) {
      const own = parent?.attributes.get(name.slice(dot + 1));
      if (own instanceof PyModule) return own;
      throw raised('ModuleNotFoundError', `No module named '${name}'`);
    }
    parent?.attributes.set(name.slice(dot + 1), loaded);
    return loaded;
  }

  private load(name: string): PyModule | undefined {
    const standard = standardModules.get(name)?.({ evaluator: this });
    const found = standard ?? this.options.importModule?.(name);
    if (found === undefined) return undefined;
    if (found instanceof PyModule) {
      this.modules.set(name, found);
      return found;
    }
    const module = this.newModule(
      name,
      found.isPackage ? name : name.split('.').slice(0, -1).join('.'),
      found.file,
    );
    this.modules.set(name, module);
    try {
      this.execute(found, module);
    } catch (error) {
      this.modules.delete(name);
      throw error;
    }
    return module;
  }

  private newModule(name: string, inPackage: string, file: string): PyModule {
    const names = new Map<string, Value>([
      ['__name__', name],
      ['__package__', inPackage],
      ['__file__', file],
      ['__doc__', null],
    ]);
    const module = new PyModule(name, names);
    this.modules.set(name, module);
    return module;
  }

  private execute({ source, file }: ModuleSource, module: PyModule): void {
    const { module: syntax } = atFile(file, () => this.options.parser(source));
    const { builtins } = this;
    const importModule = (name: string, _from: PyModule, _at: Place) => this.importModule(name);
    atFile(file, () => compileModule(syntax, file, { builtins, importModule }))(module);
  }
}

/** Errors of syntax do not know their file. */
function atFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof VggError && error.location.file === undefined) throw error.at({ file });
    throw error instanceof RangeError ? tooDeep() : error;
  }
}

/** An exception that nobody handled, as an error with a place. */
function outward(given: unknown): unknown {
  const error = given instanceof RangeError ? tooDeep() : given;
  if (!(error instanceof Raised)) return error;
  const { exception, trace } = error;
  const [first, ...around] = trace;
  const location = { file: first?.file, line: first?.line, column: first?.column };
  const message = (() => {
    try {
      return exceptionText(exception);
    } catch {
      return '';
    }
  })();
  const missing = /^No module named '(.*)'$/.exec(message);
  const names = exception.cls.mro.map(({ name }) => name);
  if (missing !== null && names.includes('ImportError'))
    return new VggError('python-unknown-import', { name: missing[1]! }, location);
  const member = /^cannot import name '(.*)' from '(.*)'$/.exec(message);
  if (member !== null && names.includes('ImportError')) {
    return new VggError('python-unknown-name', { module: member[2]!, name: member[1]! }, location);
  }
  const places = around.slice(0, 4).map(({ file, line, name }) => `${name} (${file}:${line})`);
  return new VggError(
    'python-exception',
    { type: qualified(exception.cls), message, trace: places },
    location,
  );
}
