import type { Expression } from '../ast.ts';
import { deleteAttribute, getAttribute, setAttribute } from '../operate/core.ts';
import { deleteItem, getItem, setItem } from '../operate/items.ts';
import { unpack, unpackStarred } from '../operate/protocols.ts';
import { syntaxError } from '../parse/problem.ts';
import type { Value } from '../values/object.ts';
import type { Frame } from './frame.ts';
import { assignName, deleteName, load } from './names.ts';
import type { Scope } from './scope.ts';
import type { Assign, Unit } from './unit.ts';

/** What stands left of `=`. */
export function compileTarget(node: Expression, scope: Scope, unit: Unit): Assign {
  switch (node.type) {
    case 'Name':
      return assignName(node.id, scope);
    case 'Attribute': {
      const object = unit.expression(node.value, scope);
      const name = scope.mangled(node.attribute);
      return (frame, value) => setAttribute(object(frame), name, value);
    }
    case 'Subscript': {
      const object = unit.expression(node.value, scope);
      const index = unit.expression(node.slice, scope);
      return (frame, value) => {
        const own = object(frame);
        setItem(own, index(frame), value);
      };
    }
    case 'Tuple':
    case 'List':
      return severalTargets(node.elements, scope, unit);
    default:
      throw syntaxError('cannot assign to this expression', node);
  }
}

function severalTargets(nodes: readonly Expression[], scope: Scope, unit: Unit): Assign {
  const starred = nodes.findIndex(({ type }) => type === 'Starred');
  const targets = nodes.map((each) => unit.target(each.type === 'Starred' ? each.value : each, scope));
  const after = nodes.length - starred - 1;
  return (frame, value) => {
    const items = starred < 0 ? unpack(value, targets.length) : unpackStarred(value, starred, after);
    for (let i = 0; i < targets.length; i++) targets[i]!(frame, items[i]!);
  };
}

export interface Reference {
  get(): Value;
  set(value: Value): void;
}

/** What stands left of `+=`: its object and index are evaluated once. */
export function reference(node: Expression, scope: Scope, unit: Unit): (frame: Frame) => Reference {
  switch (node.type) {
    case 'Name': {
      const get = load(node.id, scope, unit);
      const set = assignName(node.id, scope);
      return (frame) => ({ get: () => get(frame), set: (value) => set(frame, value) });
    }
    case 'Attribute': {
      const object = unit.expression(node.value, scope);
      const name = scope.mangled(node.attribute);
      return (frame) => {
        const own = object(frame);
        return { get: () => getAttribute(own, name), set: (value) => setAttribute(own, name, value) };
      };
    }
    case 'Subscript': {
      const object = unit.expression(node.value, scope);
      const index = unit.expression(node.slice, scope);
      return (frame) => {
        const own = object(frame);
        const at = index(frame);
        return { get: () => getItem(own, at), set: (value) => setItem(own, at, value) };
      };
    }
    default:
      throw syntaxError('illegal expression for augmented assignment', node);
  }
}

export function deletion(node: Expression, scope: Scope, unit: Unit): (frame: Frame) => void {
  switch (node.type) {
    case 'Name':
      return deleteName(node.id, scope);
    case 'Attribute': {
      const object = unit.expression(node.value, scope);
      const name = scope.mangled(node.attribute);
      return (frame) => deleteAttribute(object(frame), name);
    }
    case 'Subscript': {
      const object = unit.expression(node.value, scope);
      const index = unit.expression(node.slice, scope);
      return (frame) => {
        const own = object(frame);
        deleteItem(own, index(frame));
      };
    }
    case 'Tuple':
    case 'List': {
      const all = node.elements.map((each) => deletion(each, scope, unit));
      return (frame) => {
        for (const each of all) each(frame);
      };
    }
    default:
      throw syntaxError('cannot delete this expression', node);
  }
}
