import { objectClass } from './classes.ts';
import { PyClass, PyInstance, type Value } from './object.ts';
import { PyTuple } from './values.ts';

/** An object of BaseException or of a class that derives from it. */
export class PyException extends PyInstance {
  args = new PyTuple([]);
  cause: Value = null;
  context: Value = null;
}

/** By base, as CPython has them. */
const TREE: readonly (readonly [base: string, names: string])[] = [
  ['BaseException', 'Exception GeneratorExit KeyboardInterrupt SystemExit'],
  [
    'Exception',
    'ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError NameError OSError ReferenceError RuntimeError StopIteration StopAsyncIteration SyntaxError SystemError TypeError ValueError Warning',
  ],
  ['ArithmeticError', 'FloatingPointError OverflowError ZeroDivisionError'],
  ['ImportError', 'ModuleNotFoundError'],
  ['LookupError', 'IndexError KeyError'],
  ['NameError', 'UnboundLocalError'],
  ['OSError', 'FileNotFoundError FileExistsError PermissionError TimeoutError ConnectionError'],
  ['RuntimeError', 'NotImplementedError RecursionError'],
  ['SyntaxError', 'IndentationError'],
  ['ValueError', 'UnicodeError'],
  ['UnicodeError', 'UnicodeDecodeError UnicodeEncodeError'],
  [
    'Warning',
    'DeprecationWarning FutureWarning ImportWarning PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UserWarning',
  ],
];

function build(): Map<string, PyClass> {
  const classes = new Map<string, PyClass>();
  const add = (name: string, base: PyClass) =>
    classes.set(name, new PyClass(name, [base], base.mro, new Map(), { sealed: true }));
  add('BaseException', objectClass);
  for (const [base, names] of TREE) for (const name of names.split(' ')) add(name, classes.get(base)!);
  return classes;
}

export const exceptionClasses: ReadonlyMap<string, PyClass> = build();
export const baseExceptionClass = exceptionClasses.get('BaseException')!;

/** A Python exception on its way up. */
export class Raised extends Error {
  readonly exception: PyException;
  /** From the place that raised it to the outermost: file, function, line and column. */
  readonly trace: TraceEntry[] = [];

  constructor(exception: PyException) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super();
    Error.stackTraceLimit = limit;
    this.exception = exception;
  }
}

export interface TraceEntry {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** To be thrown: a Python exception with a message. */
export function raised(name: string, message?: Value): Raised {
  const exception = new PyException(exceptionClasses.get(name)!);
  if (message !== undefined) exception.args = new PyTuple([message]);
  return new Raised(exception);
}

export const typeError = (message: string) => raised('TypeError', message);
export const valueError = (message: string) => raised('ValueError', message);
