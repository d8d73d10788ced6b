import { run } from '../state.ts';
import { raised } from '../values/exceptions.ts';
import type { Value } from '../values/object.ts';
import { type Cell, type Frame, store, unbound } from './frame.ts';
import { locate, type Scope } from './scope.ts';
import type { Assign, Evaluate, Unit } from './unit.ts';

const undefinedName = (name: string) => raised('NameError', `name '${name}' is not defined`);

function globalOf(frame: Frame, name: string, unit: Unit): Value {
  const own = frame.module.attributes.get(name);
  // None is a value: only what is not there is looked up further.
  const found = own !== undefined ? own : unit.builtins.attributes.get(name);
  if (found === undefined) throw undefinedName(name);
  return found;
}

export function load(id: string, scope: Scope, unit: Unit): Evaluate {
  const name = scope.mangled(id);
  const location = locate(scope, name);
  if (location.kind === 'global') return (frame) => globalOf(frame, name, unit);
  if (location.kind === 'name')
    return (frame) => {
      const own = frame.names.get(name);
      return own !== undefined ? own : globalOf(frame, name, unit);
    };
  const { slot, shared } = location;
  if (!shared) {
    return (frame) => {
      const value = frame.slots[slot];
      if (value === undefined) throw unbound(name);
      return value as Value;
    };
  }
  const own = scope.variables.has(name);
  return (frame) => {
    const value = (frame.slots[slot] as Cell).value;
    if (value !== undefined) return value;
    if (own) throw unbound(name);
    throw raised(
      'NameError',
      `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`,
    );
  };
}

export function assignName(id: string, scope: Scope): Assign {
  const name = scope.mangled(id);
  const location = locate(scope, name);
  if (location.kind === 'slot') {
    const { slot, shared } = location;
    return (frame, value) => store(frame, slot, shared, value);
  }
  const global = location.kind === 'global' && scope.kind !== 'module';
  return (frame, value) => {
    const names = global ? frame.module.attributes : frame.names;
    const old = run.dropped === undefined ? undefined : names.get(name);
    names.set(name, value);
    if (old !== undefined && old !== value) run.dropped?.(old);
  };
}

export function deleteName(id: string, scope: Scope): (frame: Frame) => void {
  const name = scope.mangled(id);
  const location = locate(scope, name);
  if (location.kind === 'slot') {
    const { slot, shared } = location;
    return (frame) => {
      const value = shared ? (frame.slots[slot] as Cell).value : frame.slots[slot];
      if (value === undefined) throw unbound(name);
      store(frame, slot, shared, undefined);
    };
  }
  const global = location.kind === 'global' && scope.kind !== 'module';
  return (frame) => {
    const names = global ? frame.module.attributes : frame.names;
    const old = names.get(name);
    if (old === undefined) throw undefinedName(name);
    names.delete(name);
    run.dropped?.(old);
  };
}
