import type { Expression, Statement } from '../ast.ts';
import { iterate, truth } from '../operate/protocols.ts';
import { syntaxError } from '../parse/problem.ts';
import { run, tick } from '../state.ts';
import { Raised } from '../values/exceptions.ts';
import type { Value } from '../values/object.ts';
import { BREAK, type Frame, NORMAL, RETURN, type Signal } from './frame.ts';
import { delegate } from './generators.ts';
import { compilePattern } from './matching.ts';
import { partsOf, type Scope } from './scope.ts';
import { catchable, compileBlock, enterContext, type Entered, handlerFor, handlersOf } from './statements.ts';
import type { Evaluate, Resume, Unit } from './unit.ts';

type Of<T extends Statement['type']> = Extract<Statement, { type: T }>;

/** The yields of an expression, innermost and leftmost first. */
function yieldsIn(node: Expression | undefined, found: Expression[] = []): Expression[] {
  if (node === undefined) return found;
  for (const part of partsOf(node)) yieldsIn(part, found);
  if (node.type === 'Yield' || node.type === 'YieldFrom') found.push(node);
  const first = found.length > 0;
  if (
    first &&
    (node.type === 'BoolOp' || node.type === 'IfExp') &&
    partsOf(node).some((part) => yieldsIn(part).length > 0)
  ) {
    throw syntaxError("'yield' is not read inside of 'and', 'or' and 'if else'", node);
  }
  return found;
}

/** The expressions that a statement itself evaluates. */
function expressionsOf(node: Statement): (Expression | undefined)[] {
  switch (node.type) {
    case 'Expr':
    case 'Return':
    case 'AnnAssign':
      return [node.value];
    case 'Assign':
      return [node.value, ...node.targets];
    case 'AugAssign':
      return [node.target, node.value];
    case 'If':
    case 'While':
      return [node.test];
    case 'For':
      return [node.iterated];
    case 'With':
      return node.items.map(({ context }) => context);
    case 'Match':
      return [node.subject];
    case 'Raise':
      return [node.exception, node.cause];
    case 'Assert':
      return [node.test, node.message];
    case 'Delete':
      return [...node.targets];
    default:
      return [];
  }
}

const blocksOf = (node: Statement): (readonly Statement[])[] => {
  switch (node.type) {
    case 'If':
    case 'While':
    case 'For':
      return [node.body, node.orElse];
    case 'With':
      return [node.body];
    case 'Match':
      return node.cases.map(({ body }) => body);
    case 'Try':
      return [node.body, node.orElse, node.finalBody, ...node.handlers.map(({ body }) => body)];
    default:
      return [];
  }
};

const yields = (node: Statement): boolean =>
  expressionsOf(node).some((each) => yieldsIn(each).length > 0) ||
  blocksOf(node).some((body) => body.some(yields));

/** Runs the yields of an expression before it; their values lie in slots. */
type Before = (frame: Frame) => Generator<Value, void, Value>;

function before(nodes: readonly (Expression | undefined)[], scope: Scope, unit: Unit): Before | undefined {
  const found = nodes.flatMap((node) => yieldsIn(node));
  if (found.length === 0) return undefined;
  const steps = found.map((node) => {
    const slot = scope.owner.slots++;
    const given = node.type === 'Yield' || node.type === 'YieldFrom' ? node.value : undefined;
    const value: Evaluate = given === undefined ? () => null : unit.expression(given, scope);
    unit.yieldSlots.set(node, slot);
    return { value, slot, from: node.type === 'YieldFrom' };
  });
  return function* (frame) {
    for (const { value, slot, from } of steps) {
      const given = value(frame);
      frame.slots[slot] = from ? yield* delegate(given) : yield given;
    }
  };
}

/** The body of a generator function: statements without a yield run as in any function. */
export function compileResumable(
  body: readonly Statement[],
  scope: Scope,
  unit: Unit,
  inLoop: boolean,
): Resume {
  const steps = body.map((node) =>
    yields(node)
      ? { resume: resumable(node, scope, unit, inLoop), execute: undefined }
      : { resume: undefined, execute: compileBlock([node], scope, unit, inLoop) },
  );
  return function* (frame) {
    for (let i = 0; i < steps.length; i++) {
      const { resume, execute } = steps[i]!;
      frame.at = body[i]!;
      tick();
      const signal = execute === undefined ? yield* resume(frame) : execute(frame);
      if (signal !== NORMAL) return signal;
    }
    return NORMAL;
  };
}

function resumable(node: Statement, scope: Scope, unit: Unit, inLoop: boolean): Resume {
  const block = (body: readonly Statement[], loop = inLoop) => compileResumable(body, scope, unit, loop);
  switch (node.type) {
    case 'If': {
      const first = before([node.test], scope, unit);
      const test = unit.expression(node.test, scope);
      const then = block(node.body);
      const otherwise = block(node.orElse);
      return function* (frame) {
        if (first !== undefined) yield* first(frame);
        return truth(test(frame)) ? yield* then(frame) : yield* otherwise(frame);
      };
    }
    case 'While': {
      const first = before([node.test], scope, unit);
      const test = unit.expression(node.test, scope);
      const body = block(node.body, true);
      const otherwise = block(node.orElse);
      return function* (frame) {
        for (;;) {
          tick();
          if (first !== undefined) yield* first(frame);
          if (!truth(test(frame))) return yield* otherwise(frame);
          const signal = yield* body(frame);
          if (signal === BREAK) return NORMAL;
          if (signal === RETURN) return signal;
        }
      };
    }
    case 'For': {
      const first = before([node.iterated], scope, unit);
      const iterated = unit.expression(node.iterated, scope);
      const assign = unit.target(node.target, scope);
      const body = block(node.body, true);
      const otherwise = block(node.orElse);
      return function* (frame) {
        if (first !== undefined) yield* first(frame);
        const next = iterate(iterated(frame));
        for (let item = next(); item !== undefined; item = next()) {
          assign(frame, item);
          const signal = yield* body(frame);
          if (signal === BREAK) return NORMAL;
          if (signal === RETURN) return signal;
        }
        return yield* otherwise(frame);
      };
    }
    case 'Try':
      return tryOf(node, scope, unit, block);
    case 'With':
      return withOf(node, scope, unit, block(node.body));
    case 'Match': {
      const first = before([node.subject], scope, unit);
      const subject = unit.expression(node.subject, scope);
      const cases = node.cases.map((each) => ({
        matches: compilePattern(each.pattern, scope, unit),
        guard: each.guard === undefined ? undefined : unit.expression(each.guard, scope),
        body: block(each.body),
      }));
      return function* (frame) {
        if (first !== undefined) yield* first(frame);
        const value = subject(frame);
        for (const { matches, guard, body } of cases) {
          if (matches(frame, value) && (guard === undefined || truth(guard(frame))))
            return yield* body(frame);
        }
        return NORMAL;
      };
    }
    default: {
      const first = before(expressionsOf(node), scope, unit);
      const execute = compileBlock([node], scope, unit, inLoop);
      return function* (frame) {
        if (first !== undefined) yield* first(frame);
        return execute(frame);
      };
    }
  }
}

function tryOf(
  node: Of<'Try'>,
  scope: Scope,
  unit: Unit,
  block: (body: readonly Statement[]) => Resume,
): Resume {
  const body = block(node.body);
  const handlers = handlersOf(node, scope, unit);
  const bodies = node.handlers.map((each) => block(each.body));
  const otherwise = block(node.orElse);
  const last = block(node.finalBody);
  function* guarded(frame: Frame): Generator<Value, Signal, Value> {
    let caught: Raised | undefined;
    try {
      const signal = yield* body(frame);
      if (signal !== NORMAL) return signal;
    } catch (error) {
      caught = catchable(error);
      if (caught === undefined) throw error;
    }
    if (caught === undefined) return yield* otherwise(frame);
    const index = handlerFor(handlers, frame, caught);
    if (index < 0) throw caught;
    const handler = handlers[index]!;
    const { handled } = run;
    run.handled = caught.exception;
    handler.bind?.(frame, caught.exception);
    try {
      return yield* bodies[index]!(frame);
    } finally {
      run.handled = handled;
      handler.unbind?.(frame);
    }
  }
  return function* (frame) {
    let signal: Signal = NORMAL;
    let failed: Raised | undefined;
    try {
      signal = yield* guarded(frame);
    } catch (error) {
      failed = catchable(error);
      if (failed === undefined) throw error;
    }
    const { result } = frame;
    const own = yield* last(frame);
    if (own !== NORMAL) return own;
    if (failed !== undefined) throw failed;
    frame.result = result;
    return signal;
  };
}

function withOf(node: Of<'With'>, scope: Scope, unit: Unit, body: Resume): Resume {
  return node.items.reduceRight<Resume>((inner, item) => {
    const first = before([item.context], scope, unit);
    const context = unit.expression(item.context, scope);
    const target = item.target === undefined ? undefined : unit.target(item.target, scope);
    return function* (frame) {
      if (first !== undefined) yield* first(frame);
      const bind = target === undefined ? undefined : (value: Value) => target(frame, value);
      const entered: Entered = enterContext(context(frame), bind);
      let signal: Signal;
      try {
        signal = yield* inner(frame);
      } catch (error) {
        const caught = catchable(error);
        if (caught === undefined || !entered.exit(caught)) throw caught ?? error;
        return NORMAL;
      }
      entered.exit(undefined);
      return signal;
    };
  }, body);
}
