import { call } from '../operate/core.ts';
import { run } from '../state.ts';
import { baseExceptionClass, PyException, Raised, raised, typeError } from '../values/exceptions.ts';
import { PyClass, type Value } from '../values/object.ts';
import { PyTuple } from '../values/values.ts';

/** `raise value`, `raise Class`, `raise … from cause` and, without a value, what is being handled. */
export function raise(value: Value | undefined, cause: Value | undefined): Raised {
  if (value === undefined) {
    if (!(run.handled instanceof PyException)) throw raised('RuntimeError', 'No active exception to reraise');
    return new Raised(run.handled);
  }
  const exception = exceptionOf(value);
  if (cause !== undefined) exception.cause = cause === null ? null : exceptionOf(cause);
  if (run.handled !== exception) exception.context = run.handled;
  return new Raised(exception);
}

function exceptionOf(value: Value): PyException {
  const made = value instanceof PyClass && value.isSubclassOf(baseExceptionClass) ? call(value, []) : value;
  if (!(made instanceof PyException)) throw typeError('exceptions must derive from BaseException');
  return made;
}

/** Whether `except kind` takes it. */
export function handles(kind: Value, exception: PyException): boolean {
  if (kind instanceof PyTuple) return kind.items.some((each) => handles(each, exception));
  if (!(kind instanceof PyClass) || !kind.isSubclassOf(baseExceptionClass)) {
    throw typeError('catching classes that do not inherit from BaseException is not allowed');
  }
  return exception.cls.isSubclassOf(kind);
}
