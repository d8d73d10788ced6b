import type { Statement } from '../ast.ts';
import { makeClass, metaclassOf, resolveBases } from '../operate/classes.ts';
import { call, construct } from '../operate/core.ts';
import { typeClass } from '../values/classes.ts';
import { PyNames } from '../values/dict.ts';
import { type Attributes, PyClass, type Value } from '../values/object.ts';
import { PyTuple } from '../values/values.ts';
import { elementsOf } from './calls.ts';
import { Cell, Frame } from './frame.ts';
import { capture, decorated, docOf, invoke, nameScope, qualifiedName } from './functions.ts';
import type { Scope } from './scope.ts';
import type { Evaluate, Unit } from './unit.ts';

type ClassDef = Extract<Statement, { type: 'ClassDef' }>;

export function classOf(node: ClassDef, scope: Scope, unit: Unit): Evaluate {
  const inner = unit.scopes.get(node)!;
  nameScope(inner, node.name);
  const bases = elementsOf(node.bases, scope, unit);
  const keywords = node.keywords.map(({ name, value }) => [name, unit.expression(value, scope)] as const);
  const body = unit.block(node.body, inner);
  const captured = capture(inner);
  const own = inner.variables.get('.class')!;
  const qualname = qualifiedName(node.name, scope);
  const doc = docOf(node.body);
  const code = {
    file: unit.file,
    name: qualname,
    at: node,
    get slots() {
      return inner.slots;
    },
  };
  const definition: Evaluate = (frame) => {
    const given = bases(frame);
    const named = new Map<string, Value>();
    for (const [name, value] of keywords) if (name !== undefined) named.set(name, value(frame));
    const names: Attributes = new Map<string, Value>([
      ['__module__', frame.module.attributes.get('__name__') ?? null],
      ['__qualname__', qualname],
      ['__doc__', doc],
    ]);
    const within = new Frame(code, frame.module, names);
    for (const [slot, cell] of captured(frame)) within.slots[slot] = cell;
    const cell = new Cell();
    within.slots[own.slot] = cell;
    invoke(within, body);
    const resolved = resolveBases(given);
    const asked = named.get('metaclass');
    named.delete('metaclass');
    const metaclass = metaclassOf(asked instanceof PyClass ? asked : undefined, resolved);
    const cls = build(
      node.name,
      resolved,
      names,
      asked instanceof PyClass || asked === undefined ? metaclass : asked,
      named,
    );
    cell.value = cls;
    return cls;
  };
  return decorated(node.decorators, definition, scope, unit);
}

/** A metaclass that was written in Python makes its classes itself. */
function build(
  name: string,
  bases: readonly PyClass[],
  names: Attributes,
  metaclass: Value,
  keywords: ReadonlyMap<string, Value>,
): Value {
  if (metaclass === typeClass) return makeClass(name, bases, names, typeClass, keywords);
  const args = [name, new PyTuple(bases), new PyNames(names)];
  if (!(metaclass instanceof PyClass)) return call(metaclass, args, keywords);
  return metaclass.sealed
    ? makeClass(name, bases, names, metaclass, keywords)
    : construct(metaclass, args, keywords);
}
