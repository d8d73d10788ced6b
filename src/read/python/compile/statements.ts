import type { Expression, Statement } from '../ast.ts';
import { inPlace } from '../operate/binary.ts';
import { callSpecial, special, typeName } from '../operate/core.ts';
import { collect, iterate, truth } from '../operate/protocols.ts';
import { syntaxError } from '../parse/problem.ts';
import { claimElements, run, tick } from '../state.ts';
import { PyDict } from '../values/dict.ts';
import { Raised, raised, typeError } from '../values/exceptions.ts';
import type { Value } from '../values/object.ts';
import type { PyList } from '../values/values.ts';
import { classOf } from './classes.ts';
import { BREAK, CONTINUE, type Frame, NORMAL, RETURN, type Signal } from './frame.ts';
import { functionOf, lenient } from './functions.ts';
import { importFromOf, importOf } from './imports.ts';
import { compilePattern } from './matching.ts';
import { assignName, deleteName } from './names.ts';
import { handles, raise } from './raising.ts';
import type { Scope } from './scope.ts';
import { deletion, reference } from './targets.ts';
import { tooDeep } from './trace.ts';
import type { Execute, Unit } from './unit.ts';

type Of<T extends Statement['type']> = Extract<Statement, { type: T }>;

export function compileBlock(body: readonly Statement[], scope: Scope, unit: Unit, inLoop: boolean): Execute {
  const compiled = body.map((node) => compileStatement(node, scope, unit, inLoop));
  const [only] = compiled;
  if (compiled.length === 1) {
    const at = body[0]!;
    return (frame) => {
      frame.at = at;
      tick();
      return only!(frame);
    };
  }
  return (frame) => {
    for (let i = 0; i < compiled.length; i++) {
      frame.at = body[i]!;
      tick();
      const signal = compiled[i]!(frame);
      if (signal !== NORMAL) return signal;
    }
    return NORMAL;
  };
}

function compileStatement(node: Statement, scope: Scope, unit: Unit, inLoop: boolean): Execute {
  const block = (body: readonly Statement[], loop = inLoop) => compileBlock(body, scope, unit, loop);
  switch (node.type) {
    case 'Expr': {
      const value = unit.expression(node.value, scope);
      return (frame) => {
        value(frame);
        return NORMAL;
      };
    }
    case 'Assign': {
      const value = unit.expression(node.value, scope);
      const targets = node.targets.map((each) => unit.target(each, scope));
      const [first] = targets;
      if (targets.length === 1) {
        return (frame) => {
          first!(frame, value(frame));
          return NORMAL;
        };
      }
      return (frame) => {
        const result = value(frame);
        for (const target of targets) target(frame, result);
        return NORMAL;
      };
    }
    case 'AugAssign':
      return augmentedOf(node, scope, unit);
    case 'AnnAssign':
      return annotatedOf(node, scope, unit);
    case 'Return': {
      const value = node.value === undefined ? undefined : unit.expression(node.value, scope);
      return (frame) => {
        frame.result = value === undefined ? null : value(frame);
        return RETURN;
      };
    }
    case 'If': {
      const test = unit.expression(node.test, scope);
      const then = block(node.body);
      const otherwise = block(node.orElse);
      return (frame) => (truth(test(frame)) ? then(frame) : otherwise(frame));
    }
    case 'For':
      return forOf(node, scope, unit, block(node.body, true), block(node.orElse));
    case 'While': {
      const test = unit.expression(node.test, scope);
      const body = block(node.body, true);
      const otherwise = block(node.orElse);
      return (frame) => {
        for (;;) {
          tick();
          if (!truth(test(frame))) return otherwise(frame);
          const signal = body(frame);
          if (signal === BREAK) return NORMAL;
          if (signal === RETURN) return signal;
        }
      };
    }
    case 'FunctionDef':
    case 'ClassDef': {
      const value = node.type === 'FunctionDef' ? functionOf(node, scope, unit) : classOf(node, scope, unit);
      const assign = assignName(node.name, scope);
      return (frame) => {
        assign(frame, value(frame));
        return NORMAL;
      };
    }
    case 'Try':
      return tryOf(node, scope, unit, block);
    case 'With':
      return withOf(node, scope, unit, block(node.body));
    case 'Match': {
      const subject = unit.expression(node.subject, scope);
      const cases = node.cases.map((each) => ({
        matches: compilePattern(each.pattern, scope, unit),
        guard: each.guard === undefined ? undefined : unit.expression(each.guard, scope),
        body: block(each.body),
      }));
      return (frame) => {
        const value = subject(frame);
        for (const { matches, guard, body } of cases) {
          if (matches(frame, value) && (guard === undefined || truth(guard(frame)))) return body(frame);
        }
        return NORMAL;
      };
    }
    case 'Raise': {
      const exception = node.exception === undefined ? undefined : unit.expression(node.exception, scope);
      const cause = node.cause === undefined ? undefined : unit.expression(node.cause, scope);
      return (frame) => {
        const value = exception?.(frame);
        const from = cause?.(frame);
        frame.at = node;
        throw raise(value, from);
      };
    }
    case 'Assert': {
      const test = unit.expression(node.test, scope);
      const message = node.message === undefined ? undefined : unit.expression(node.message, scope);
      return (frame) => {
        if (!truth(test(frame))) throw raised('AssertionError', message?.(frame));
        return NORMAL;
      };
    }
    case 'Delete': {
      const all = node.targets.map((each) => deletion(each, scope, unit));
      return (frame) => {
        for (const each of all) each(frame);
        return NORMAL;
      };
    }
    case 'Import':
      return importOf(node, scope, unit);
    case 'ImportFrom':
      return importFromOf(node, scope, unit);
    case 'Global':
    case 'Nonlocal':
    case 'Pass':
      return () => NORMAL;
    case 'Break':
    case 'Continue': {
      if (!inLoop) {
        throw syntaxError(
          node.type === 'Break' ? "'break' outside loop" : "'continue' not properly in loop",
          node,
        );
      }
      const signal = node.type === 'Break' ? BREAK : CONTINUE;
      return () => signal;
    }
  }
}

function extend(list: PyList, by: Value): void {
  const items = collect(by);
  claimElements(0, list.items.length + items.length);
  for (const item of items) list.items.push(item);
}

function augmentedOf(node: Of<'AugAssign'>, scope: Scope, unit: Unit): Execute {
  const { operator } = node;
  const value = unit.expression(node.value, scope);
  if (node.target.type === 'Name' && operator === '+') {
    // The commonest, without a reference: `n += 1`.
    const get = unit.expression(node.target, scope);
    const set = unit.target(node.target, scope);
    return (frame) => {
      const a = get(frame);
      const b = value(frame);
      const sum = typeof a === 'number' && typeof b === 'number' ? a + b : undefined;
      set(frame, sum !== undefined && Number.isSafeInteger(sum) ? sum : inPlace('+', a, b, extend));
      return NORMAL;
    };
  }
  const target = reference(node.target, scope, unit);
  return (frame) => {
    const { get, set } = target(frame);
    const left = get();
    set(inPlace(operator, left, value(frame), extend));
    return NORMAL;
  };
}

/** Only classes and modules keep annotations; what one names need not be there. */
function annotatedOf(node: Of<'AnnAssign'>, scope: Scope, unit: Unit): Execute {
  const value = node.value === undefined ? undefined : unit.expression(node.value, scope);
  const assign = value === undefined ? undefined : unit.target(node.target, scope);
  const kept =
    scope.kind === 'class' && node.target.type === 'Name' ? scope.mangled(node.target.id) : undefined;
  const annotation = kept === undefined ? undefined : unit.expression(node.annotation, scope);
  return (frame) => {
    if (value !== undefined) assign!(frame, value(frame));
    if (kept !== undefined) {
      const known = frame.names.get('__annotations__');
      const annotations = known instanceof PyDict ? known : new PyDict();
      frame.names.set('__annotations__', annotations);
      annotations.set(kept, lenient(() => annotation!(frame)) ?? 'unknown');
    }
    return NORMAL;
  };
}

function forOf(node: Of<'For'>, scope: Scope, unit: Unit, body: Execute, otherwise: Execute): Execute {
  const iterated = unit.expression(node.iterated, scope);
  const assign = unit.target(node.target, scope);
  return (frame) => {
    const next = iterate(iterated(frame));
    for (let item = next(); item !== undefined; item = next()) {
      assign(frame, item);
      const signal = body(frame);
      if (signal === BREAK) return NORMAL;
      if (signal === RETURN) return signal;
      frame.at = node;
    }
    return otherwise(frame);
  };
}

export interface Handler {
  readonly kind: ((frame: Frame) => Value) | undefined;
  readonly bind: ((frame: Frame, value: Value) => void) | undefined;
  readonly unbind: ((frame: Frame) => void) | undefined;
}

export function handlersOf(node: Of<'Try'>, scope: Scope, unit: Unit): Handler[] {
  return node.handlers.map(({ kind, name, line, column }) => {
    const target: Expression | undefined =
      name === undefined ? undefined : { type: 'Name', id: name, line, column };
    const remove = name === undefined ? undefined : deleteName(name, scope);
    return {
      kind: kind === undefined ? undefined : unit.expression(kind, scope),
      bind: target === undefined ? undefined : unit.target(target, scope),
      // The name is gone after the handler, unless that has deleted it already.
      unbind:
        remove === undefined
          ? undefined
          : (frame) => {
              try {
                remove(frame);
              } catch (error) {
                if (!(error instanceof Raised)) throw error;
              }
            },
    };
  });
}

/** Only what Python raises can be handled; limits and unknown names cannot. */
export function catchable(error: unknown): Raised | undefined {
  if (error instanceof RangeError) return tooDeep();
  return error instanceof Raised ? error : undefined;
}

export function handlerFor(handlers: readonly Handler[], frame: Frame, error: Raised): number {
  return handlers.findIndex(({ kind }) => kind === undefined || handles(kind(frame), error.exception));
}

function tryOf(
  node: Of<'Try'>,
  scope: Scope,
  unit: Unit,
  block: (body: readonly Statement[]) => Execute,
): Execute {
  const body = block(node.body);
  const handlers = handlersOf(node, scope, unit);
  const bodies = node.handlers.map((each) => block(each.body));
  const otherwise = block(node.orElse);
  const guarded = (frame: Frame): Signal => {
    let signal: Signal;
    const { depth, frame: current } = run;
    try {
      signal = body(frame);
    } catch (error) {
      const caught = catchable(error);
      if (caught === undefined) throw error;
      run.depth = depth;
      run.frame = current;
      const index = handlerFor(handlers, frame, caught);
      if (index < 0) throw caught;
      return handle(frame, caught, handlers[index]!, bodies[index]!);
    }
    return signal === NORMAL ? otherwise(frame) : signal;
  };
  if (node.finalBody.length === 0) return guarded;
  const last = block(node.finalBody);
  return (frame) => {
    let signal: Signal = NORMAL;
    let failed: unknown;
    try {
      signal = guarded(frame);
    } catch (error) {
      failed = catchable(error);
      if (failed === undefined) throw error;
    }
    const { result } = frame;
    const { handled } = run;
    if (failed instanceof Raised) run.handled = failed.exception;
    try {
      const own = last(frame);
      if (own !== NORMAL) return own;
    } finally {
      run.handled = handled;
    }
    if (failed !== undefined) throw failed;
    frame.result = result;
    return signal;
  };
}

function handle(frame: Frame, caught: Raised, handler: Handler, body: Execute): Signal {
  const { handled } = run;
  run.handled = caught.exception;
  handler.bind?.(frame, caught.exception);
  try {
    return body(frame);
  } finally {
    run.handled = handled;
    handler.unbind?.(frame);
  }
}

export interface Entered {
  readonly exit: (error: Raised | undefined) => boolean;
}

/** `__enter__` of a context manager; `exit` says whether it swallows the exception. */
export function enterContext(manager: Value, bind: ((value: Value) => void) | undefined): Entered {
  if (special(manager, '__enter__') === undefined || special(manager, '__exit__') === undefined) {
    throw typeError(`'${typeName(manager)}' object does not support the context manager protocol`);
  }
  const value = callSpecial(manager, '__enter__', [])!;
  bind?.(value);
  return {
    exit: (error) => {
      const exception = error?.exception ?? null;
      const args = exception === null ? [null, null, null] : [exception.cls, exception, null];
      return truth(callSpecial(manager, '__exit__', args)!) && exception !== null;
    },
  };
}

function withOf(node: Of<'With'>, scope: Scope, unit: Unit, body: Execute): Execute {
  return node.items.reduceRight<Execute>((inner, item) => {
    const context = unit.expression(item.context, scope);
    const target = item.target === undefined ? undefined : unit.target(item.target, scope);
    return (frame) => {
      const manager = context(frame);
      const entered = enterContext(
        manager,
        undefined === target ? undefined : (value) => target(frame, value),
      );
      let signal: Signal;
      try {
        signal = inner(frame);
      } catch (error) {
        const caught = catchable(error);
        if (caught === undefined || !entered.exit(caught)) throw caught ?? error;
        return NORMAL;
      }
      const { result } = frame;
      entered.exit(undefined);
      frame.result = result;
      return signal;
    };
  }, body);
}
