import type { Expression, Parameters, Place, Statement } from '../ast.ts';
import { call } from '../operate/core.ts';
import { VggError } from '../../../core/errors/error.ts';
import { run } from '../state.ts';
import { PyDict } from '../values/dict.ts';
import { PyFunction } from '../values/function.ts';
import type { Value } from '../values/object.ts';
import { Cell, Frame, type Slot } from './frame.ts';
import { Generator_ } from './generators.ts';
import { bindArguments, infoOf, type Layout, layoutOf } from './parameters.ts';
import { cellSlot, type Scope } from './scope.ts';
import { enter, leave, passed } from './trace.ts';
import type { Evaluate, Execute, Resume, Unit } from './unit.ts';

type FunctionDef = Extract<Statement, { type: 'FunctionDef' }>;
type Lambda = Extract<Expression, { type: 'Lambda' }>;

/** Cells of the functions around, for a frame that is to be made. */
export function capture(inner: Scope): (outer: Frame) => readonly (readonly [number, Cell])[] {
  const outer = inner.parent!.owner;
  const free = () => [...inner.free.values()];
  return (frame) =>
    free().map(({ variable, slot }) => [slot, frame.slots[cellSlot(outer, variable)] as Cell] as const);
}

/** Slots whose variables are shared with inner functions. */
export const sharedSlots = (scope: Scope): number[] =>
  [...scope.variables.values()].filter(({ shared }) => shared).map(({ slot }) => slot);

/** Puts cells where inner functions share a variable; an argument moves into its cell. */
export function makeCells(slots: Slot[], shared: readonly number[]): void {
  for (const slot of shared) {
    const cell = new Cell();
    cell.value = slots[slot] as Value | undefined;
    slots[slot] = cell;
  }
}

interface Shape {
  readonly name: string;
  readonly at: Place;
  readonly parameters: Parameters;
  readonly inner: Scope;
  readonly doc: Value;
  readonly returns: Expression | undefined;
}

/** `__qualname__`: the functions and classes around. */
function qualified(name: string, scope: Scope, names: (scope: Scope) => string | undefined): string {
  const around: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined && at.kind !== 'module'; at = at.parent) {
    if (at.kind === 'comprehension') continue;
    const own = names(at);
    if (own === undefined) continue;
    around.unshift(at.kind === 'function' ? `${own}.<locals>` : own);
  }
  return [...around, name].join('.');
}

const scopeNames = new WeakMap<Scope, string>();

export function qualifiedName(name: string, scope: Scope): string {
  return qualified(name, scope, (each) => scopeNames.get(each));
}

export const nameScope = (scope: Scope, name: string) => scopeNames.set(scope, name);

function make(
  shape: Shape,
  scope: Scope,
  unit: Unit,
  body: { execute: Execute } | { resume: Resume },
): Evaluate {
  const { inner, parameters, name } = shape;
  const layout = layoutOf(parameters, (each) => inner.mangled(each));
  const info = infoOf(layout);
  const defaults = [
    ...parameters.positionalOnly,
    ...parameters.positional,
    ...parameters.keywordOnly,
  ].flatMap((each) =>
    each.defaultValue === undefined
      ? []
      : [[inner.mangled(each.name), unit.expression(each.defaultValue, scope)] as const],
  );
  const captured = capture(inner);
  const shared = sharedSlots(inner);
  const qualname = qualifiedName(name, scope);
  const code = {
    file: unit.file,
    name: qualname,
    at: shape.at,
    get slots() {
      return inner.slots;
    },
  };
  return (frame) => {
    const values = new Map<string, Value>();
    for (const [key, value] of defaults) values.set(key, value(frame));
    const cells = captured(frame);
    const { module } = frame;
    const start = (args: readonly Value[], keywords: Parameters_): Frame => {
      const own = new Frame(code, module, module.attributes);
      fillSlots(qualname, layout, values, own.slots, args, keywords);
      if (shared.length > 0) makeCells(own.slots, shared);
      for (const [slot, cell] of cells) own.slots[slot] = cell;
      return own;
    };
    return new PyFunction({
      name,
      qualname,
      module,
      parameters: info,
      defaults: values,
      doc: shape.doc,
      annotations: () => annotationsOf(shape, scope, unit, frame),
      invoke:
        'resume' in body
          ? (args, keywords) => {
              const own = start(args, keywords);
              return new Generator_(own, body.resume(own));
            }
          : (args, keywords) => invoke(start(args, keywords), body.execute),
    });
  };
}

type Parameters_ = ReadonlyMap<string, Value> | undefined;

function fillSlots(
  name: string,
  layout: Layout,
  defaults: ReadonlyMap<string, Value>,
  slots: Slot[],
  args: readonly Value[],
  keywords: Parameters_,
): void {
  const simple =
    keywords === undefined &&
    args.length === layout.positional.length &&
    layout.keywordOnly.length === 0 &&
    layout.vararg === undefined &&
    layout.kwarg === undefined;
  if (simple) for (let i = 0; i < args.length; i++) slots[i] = args[i];
  else bindArguments(name, layout, defaults, slots, args, keywords);
}

/** Runs a frame from its beginning to its end. */
export function invoke(frame: Frame, body: Execute): Value {
  const back = run.frame;
  enter(frame);
  const { handled } = run;
  try {
    body(frame);
    return frame.result;
  } catch (error) {
    throw passed(error, frame);
  } finally {
    run.handled = handled;
    leave(frame, back, true);
  }
}

/** What annotations name need not be there: then it is left out. */
export function lenient(evaluate: () => Value): Value | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof VggError && error.code === 'python-limit') throw error;
    return undefined;
  }
}

function annotationsOf({ parameters, returns }: Shape, scope: Scope, unit: Unit, frame: Frame): Value {
  const dict = new PyDict();
  const add = (name: string, node: Expression | undefined) => {
    if (node === undefined) return;
    const value = lenient(() => unit.expression(node, scope)(frame));
    if (value !== undefined) dict.set(name, value);
  };
  const { positionalOnly, positional, vararg, keywordOnly, kwarg } = parameters;
  for (const each of [...positionalOnly, ...positional, vararg, ...keywordOnly, kwarg]) {
    if (each !== undefined) add(each.name, each.annotation);
  }
  add('return', returns);
  return dict;
}

export function docOf(body: readonly Statement[]): Value {
  const [first] = body;
  if (first?.type !== 'Expr' || first.value.type !== 'Constant') return null;
  return typeof first.value.value === 'string' ? first.value.value : null;
}

export function lambdaOf(node: Lambda, scope: Scope, unit: Unit): Evaluate {
  const inner = unit.scopes.get(node)!;
  nameScope(inner, '<lambda>');
  const shape: Shape = {
    name: '<lambda>',
    at: node,
    parameters: node.parameters,
    inner,
    doc: null,
    returns: undefined,
  };
  const body = unit.expression(node.body, inner);
  return make(shape, scope, unit, {
    execute: (frame) => {
      frame.result = body(frame);
      return 3;
    },
  });
}

export function functionOf(node: FunctionDef, scope: Scope, unit: Unit): Evaluate {
  const inner = unit.scopes.get(node)!;
  nameScope(inner, node.name);
  const { name, parameters, returns } = node;
  const shape: Shape = { name, at: node, parameters, inner, doc: docOf(node.body), returns };
  const body = inner.generator
    ? { resume: unit.resumable(node.body, inner) }
    : { execute: unit.block(node.body, inner) };
  return decorated(node.decorators, make(shape, scope, unit, body), scope, unit);
}

/** The one nearest to the definition is called first, evaluated last. */
export function decorated(
  decorators: readonly Expression[],
  definition: Evaluate,
  scope: Scope,
  unit: Unit,
): Evaluate {
  if (decorators.length === 0) return definition;
  const compiled = decorators.map((each) => unit.expression(each, scope));
  return (frame) => {
    const values = compiled.map((each) => each(frame));
    return values.reduceRight((value, decorator) => call(decorator, [value]), definition(frame));
  };
}
