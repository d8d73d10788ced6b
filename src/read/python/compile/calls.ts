import type { Expression, Keyword } from '../ast.ts';
import { call, callMethod, callSpecial, getAttribute, isInstance, typeName } from '../operate/core.ts';
import { collect, each } from '../operate/protocols.ts';
import { claimElements, tick } from '../state.ts';
import { superClass } from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { raised, typeError } from '../values/exceptions.ts';
import { PyClass, type Value } from '../values/object.ts';
import { PySuper } from '../values/values.ts';
import { Cell, type Frame } from './frame.ts';
import { load } from './names.ts';
import { locate, type Scope } from './scope.ts';
import type { Evaluate, Unit } from './unit.ts';

type Call = Extract<Expression, { type: 'Call' }>;

type Arguments = (frame: Frame) => Value[];

/** Positional arguments or elements, of which some may be starred. */
export function elementsOf(nodes: readonly Expression[], scope: Scope, unit: Unit): Arguments {
  const parts = nodes.map((node) => unit.expression(node.type === 'Starred' ? node.value : node, scope));
  const [first, second] = parts;
  if (!nodes.some(({ type }) => type === 'Starred')) {
    if (parts.length === 0) return () => [];
    if (parts.length === 1) return (frame) => [first!(frame)];
    if (parts.length === 2) return (frame) => [first!(frame), second!(frame)];
    return (frame) => {
      const values: Value[] = [];
      for (const part of parts) values.push(part(frame));
      return values;
    };
  }
  const starred = nodes.map(({ type }) => type === 'Starred');
  return (frame) => {
    const values: Value[] = [];
    parts.forEach((part, i) => {
      const value = part(frame);
      if (starred[i] !== true) values.push(value);
      else for (const item of collect(value)) values.push(item);
    });
    claimElements(0, values.length);
    return values;
  };
}

type KeywordsOf = (frame: Frame) => Map<string, Value>;

function keywordsOf(keywords: readonly Keyword[], scope: Scope, unit: Unit): KeywordsOf | undefined {
  if (keywords.length === 0) return undefined;
  const parts = keywords.map(({ name, value }) => [name, unit.expression(value, scope)] as const);
  return (frame) => {
    const given = new Map<string, Value>();
    for (const [name, value] of parts) {
      if (name !== undefined) {
        if (given.has(name)) throw typeError(`got multiple values for keyword argument '${name}'`);
        given.set(name, value(frame));
      } else spread(value(frame), given);
    }
    return given;
  };
}

/** `**mapping` */
function spread(mapping: Value, into: Map<string, Value>): void {
  eachEntry(mapping, (key, value) => {
    if (typeof key !== 'string') throw typeError('keywords must be strings');
    if (into.has(key)) throw typeError(`got multiple values for keyword argument '${key}'`);
    into.set(key, value);
  });
}

export function eachEntry(mapping: Value, visit: (key: Value, value: Value) => void): void {
  if (mapping instanceof PyDict) {
    for (const { key, value } of mapping.entries()) visit(key, value);
    return;
  }
  const keys = callSpecial(mapping, 'keys', []);
  if (keys === undefined) throw typeError(`argument after ** must be a mapping, not ${typeName(mapping)}`);
  each(keys, (key) => visit(key, callSpecial(mapping, '__getitem__', [key])!));
}

export function callOf(node: Call, scope: Scope, unit: Unit): Evaluate {
  const args = elementsOf(node.args, scope, unit);
  const keywords = keywordsOf(node.keywords, scope, unit);
  const { callee } = node;
  const at = node;
  if (callee.type === 'Attribute') {
    const object = unit.expression(callee.value, scope);
    const name = scope.mangled(callee.attribute);
    return (frame) => {
      const self = object(frame);
      frame.at = at;
      // Python looks the method up before it evaluates the arguments; only an error can tell.
      const given = args(frame);
      const named = keywords?.(frame);
      frame.at = at;
      tick();
      return callMethod(self, name, given, named);
    };
  }
  if (
    callee.type === 'Name' &&
    callee.id === 'super' &&
    node.args.length === 0 &&
    node.keywords.length === 0
  ) {
    return superOf(scope, unit);
  }
  const target = unit.expression(callee, scope);
  return (frame) => {
    const called = target(frame);
    const given = args(frame);
    const named = keywords?.(frame);
    frame.at = at;
    tick();
    return call(called, given, named);
  };
}

/** `super()`: the class around, and the first parameter of the function. */
function superOf(scope: Scope, unit: Unit): Evaluate {
  const builtin = load('super', scope, unit);
  let method = scope;
  while (method.kind === 'comprehension') method = method.parent!;
  const first = [...method.variables.values()].find(({ slot }) => slot === 0);
  const around = locate(scope, '__class__');
  if (method.kind !== 'function' || around.kind !== 'slot' || first === undefined) {
    return (frame) => {
      const found = builtin(frame);
      if (found !== superClass) return call(found, []);
      throw raised(
        'RuntimeError',
        first === undefined ? 'super(): no arguments' : 'super(): __class__ cell not found',
      );
    };
  }
  return (frame) => {
    const found = builtin(frame);
    if (found !== superClass) return call(found, []);
    const cls = (frame.slots[around.slot] as Cell).value;
    const slot = frame.slots[first.slot];
    const self = slot instanceof Cell ? slot.value : slot;
    if (!(cls instanceof PyClass) || self === undefined)
      throw raised('RuntimeError', 'super(): empty __class__ cell');
    return superFor(cls, self);
  };
}

export function superFor(after: PyClass, self: Value): PySuper {
  if (self instanceof PyClass && self.isSubclassOf(after)) return new PySuper(after, self, self);
  if (!isInstance(self, after)) {
    throw typeError('super(type, obj): obj must be an instance or subtype of type');
  }
  const cls = getAttribute(self, '__class__');
  return new PySuper(after, self, cls instanceof PyClass && cls.isSubclassOf(after) ? cls : after);
}
