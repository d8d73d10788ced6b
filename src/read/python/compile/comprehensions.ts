import type { Comprehension, Expression } from '../ast.ts';
import { iterate, truth } from '../operate/protocols.ts';
import { claimElements } from '../state.ts';
import { PyDict, PySet } from '../values/dict.ts';
import type { Value } from '../values/object.ts';
import { type Next, PyList } from '../values/values.ts';
import { Frame, type Signal } from './frame.ts';
import { capture, makeCells, nameScope, sharedSlots } from './functions.ts';
import { Generator_ } from './generators.ts';
import type { Scope } from './scope.ts';
import type { Assign, Evaluate, Unit } from './unit.ts';

type Of<T extends Expression['type']> = Extract<Expression, { type: T }>;

interface Clause {
  readonly assign: Assign;
  readonly iterated: Evaluate;
  readonly conditions: readonly Evaluate[];
}

/** The first iterable belongs to the scope outside, all else to that of the comprehension. */
function clausesOf(generators: readonly Comprehension[], scope: Scope, inner: Scope, unit: Unit): Clause[] {
  return generators.map(({ target, iterated, conditions }, i) => ({
    assign: unit.target(target, inner),
    iterated: unit.expression(iterated, i === 0 ? scope : inner),
    conditions: conditions.map((each) => unit.expression(each, inner)),
  }));
}

function passes(conditions: readonly Evaluate[], frame: Frame): boolean {
  for (const condition of conditions) if (!truth(condition(frame))) return false;
  return true;
}

/** Calls `emit` for each turn of the innermost loop. */
function loops(clauses: readonly Clause[], emit: (frame: Frame, into: unknown) => void) {
  const level = (index: number): ((frame: Frame, into: unknown) => void) => {
    const clause = clauses[index];
    if (clause === undefined) return emit;
    const { assign, iterated, conditions } = clause;
    const inner = level(index + 1);
    return (frame, into) => {
      const next = iterate(iterated(frame));
      for (let item = next(); item !== undefined; item = next()) {
        assign(frame, item);
        if (passes(conditions, frame)) inner(frame, into);
      }
    };
  };
  return level(0);
}

type Run = (frame: Frame, into: unknown) => void;

/** In the frame around, with slots of its own; what lambdas share is new each time. */
function compile(
  node: Expression & { readonly generators: readonly Comprehension[] },
  scope: Scope,
  unit: Unit,
  emitter: (inner: Scope) => (frame: Frame, into: unknown) => void,
): Run {
  const inner = unit.scopes.get(node)!;
  const run = loops(clausesOf(node.generators, scope, inner, unit), emitter(inner));
  const own = [...inner.variables.values()].map(({ slot }) => slot);
  const shared = sharedSlots(inner);
  return (frame, into) => {
    if (shared.length > 0) makeCells(frame.slots, shared);
    try {
      run(frame, into);
    } finally {
      for (const slot of own) frame.slots[slot] = undefined;
    }
  };
}

export function listOf(node: Of<'ListComp'>, scope: Scope, unit: Unit): Evaluate {
  const run = compile(node, scope, unit, (inner) => {
    const element = unit.expression(node.element, inner);
    return (frame, into) => {
      const items = into as Value[];
      claimElements(1, items.length);
      items.push(element(frame));
    };
  });
  return (frame) => {
    const items: Value[] = [];
    run(frame, items);
    return new PyList(items);
  };
}

export function setOf(node: Of<'SetComp'>, scope: Scope, unit: Unit): Evaluate {
  const run = compile(node, scope, unit, (inner) => {
    const element = unit.expression(node.element, inner);
    return (frame, into) => (into as PySet).add(element(frame));
  });
  return (frame) => {
    const set = new PySet();
    run(frame, set);
    return set;
  };
}

export function dictOf(node: Of<'DictComp'>, scope: Scope, unit: Unit): Evaluate {
  const run = compile(node, scope, unit, (inner) => {
    const key = unit.expression(node.key, inner);
    const value = unit.expression(node.value, inner);
    return (frame, into) => {
      const own = key(frame);
      (into as PyDict).set(own, value(frame));
    };
  });
  return (frame) => {
    const dict = new PyDict();
    run(frame, dict);
    return dict;
  };
}

/** `(x for x in y)`: y is evaluated at once, all else when asked for. */
export function generatorOf(node: Of<'GeneratorExp'>, scope: Scope, unit: Unit): Evaluate {
  const inner = unit.scopes.get(node)!;
  nameScope(inner, '<genexpr>');
  const clauses = clausesOf(node.generators, scope, inner, unit);
  const element = unit.expression(node.element, inner);
  const captured = capture(inner);
  const shared = sharedSlots(inner);
  const first = clauses[0]!;
  const code = {
    file: unit.file,
    name: '<genexpr>',
    at: node,
    get slots() {
      return inner.slots;
    },
  };
  function* level(frame: Frame, index: number, next: Next): Generator<Value, Signal, Value> {
    const { assign, conditions } = clauses[index]!;
    const following = clauses[index + 1];
    for (let item = next(); item !== undefined; item = next()) {
      assign(frame, item);
      if (!passes(conditions, frame)) continue;
      if (following === undefined) yield element(frame);
      else yield* level(frame, index + 1, iterate(following.iterated(frame)));
    }
    return 0;
  }
  return (frame) => {
    const next = iterate(first.iterated(frame));
    const own = new Frame(code, frame.module, frame.module.attributes);
    if (shared.length > 0) makeCells(own.slots, shared);
    for (const [slot, cell] of captured(frame)) own.slots[slot] = cell;
    return new Generator_(own, level(own, 0, next));
  };
}
