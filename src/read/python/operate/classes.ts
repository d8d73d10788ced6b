import { objectClass, typeClass } from '../values/classes.ts';
import { typeError } from '../values/exceptions.ts';
import { type Attributes, type Keywords, PyClass, PyObject, type Value } from '../values/object.ts';
import { PyAlias, PyClassMethod, PyTuple } from '../values/values.ts';
import { PyFunction } from '../values/function.ts';
import { bind, call, callSpecial, special } from './core.ts';

/** The order in which classes are asked for a name: C3, as CPython. */
function linearize(name: string, bases: readonly PyClass[]): PyClass[] {
  const lists = [...bases.map(({ mro }) => [...mro]), [...bases]];
  const order: PyClass[] = [];
  for (;;) {
    const open = lists.filter((list) => list.length > 0);
    if (open.length === 0) return order;
    const next = open.map(([head]) => head!).find((head) => !open.some((list) => list.indexOf(head) > 0));
    if (next === undefined) {
      const names = bases.map((base) => base.name).join(', ');
      throw typeError(
        `Cannot create a consistent method resolution\norder (MRO) for bases ${names} (class ${name})`,
      );
    }
    order.push(next);
    for (const list of lists) if (list[0] === next) list.shift();
  }
}

/** `Generic[T]` as a base is Generic; what has `__mro_entries__` says what it stands for. */
export function resolveBases(given: readonly Value[]): PyClass[] {
  const bases: PyClass[] = [];
  for (const base of given) {
    if (base instanceof PyClass) bases.push(base);
    else if (base instanceof PyAlias && base.origin instanceof PyClass) bases.push(base.origin);
    else {
      const entries = base instanceof PyObject ? special(base, '__mro_entries__') : undefined;
      const stands = entries === undefined ? undefined : call(entries, [new PyTuple(given)]);
      if (!(stands instanceof PyTuple)) throw typeError('bases must be types');
      bases.push(...resolveBases(stands.items));
    }
  }
  // `class A(Generic[T], Base[T])`: each once.
  return bases.filter((base, i) => bases.indexOf(base) === i);
}

const FINAL = new Set(['bool', 'function', 'NoneType', 'range', 'slice', 'method', 'generator', 'super']);

/** `class Name(bases, metaclass=…, **keywords)` with the names that its body defined. */
export function makeClass(
  name: string,
  bases: readonly PyClass[],
  members: Attributes,
  metaclass: PyClass,
  keywords: Keywords,
): PyClass {
  const all = bases.length === 0 ? [objectClass] : bases;
  for (const base of all) {
    if (base.exact && FINAL.has(base.name))
      throw typeError(`type '${base.name}' is not an acceptable base type`);
  }
  for (const key of ['__init_subclass__', '__class_getitem__']) {
    const method = members.get(key);
    if (method instanceof PyFunction) members.set(key, new PyClassMethod(method));
  }
  const cls = new PyClass(name, all, linearize(name, all), members, { metaclass });
  const module = members.get('__module__');
  if (typeof module === 'string') cls.module = module;
  if (!members.has('__doc__')) members.set('__doc__', null);
  for (const [key, value] of members) {
    if (value instanceof PyObject && !value.cls.exact) callSpecial(value, '__set_name__', [cls, key]);
  }
  for (const base of cls.mro.slice(1)) {
    const hook = base.members.get('__init_subclass__');
    if (hook === undefined) continue;
    call(bind(hook, cls, cls), [], keywords);
    break;
  }
  return cls;
}

/** The most derived metaclass of the bases. */
export function metaclassOf(given: PyClass | undefined, bases: readonly PyClass[]): PyClass {
  let winner = given ?? typeClass;
  for (const { cls } of bases) {
    if (winner.isSubclassOf(cls)) continue;
    if (!cls.isSubclassOf(winner)) {
      throw typeError(
        'metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases',
      );
    }
    winner = cls;
  }
  return winner;
}
