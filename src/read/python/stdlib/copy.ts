import { call, callSpecial, typeOf } from '../operate/core.ts';
import { func, named, nativeModule } from '../operate/native.ts';
import { claim, tick } from '../state.ts';
import { PyDict, PySet } from '../values/dict.ts';
import { type Attributes, PyClass, PyInstance, PyObject, type Value } from '../values/object.ts';
import { PyList, PyTuple } from '../values/values.ts';
import { raised } from '../values/exceptions.ts';

/** The same object with other attributes: what TypeScript keeps beside them stays. */
function clone(value: PyObject, attributes: Attributes): PyObject {
  claim(8);
  const made = Object.assign(Object.create(Object.getPrototypeOf(value) as object) as PyObject, value);
  made.attributes = attributes;
  return made;
}

function shallow(value: Value): Value {
  if (!(value instanceof PyObject) || value instanceof PyClass) return value;
  const custom = value.cls.exact ? undefined : callSpecial(value, '__copy__', []);
  if (custom !== undefined) return custom;
  const names = () => new Map(value.attributes);
  if (value instanceof PyList) return withNames(new PyList([...value.items], value.cls), names());
  if (value instanceof PyDict) {
    const copy = new PyDict(value.cls);
    for (const entry of value.entries()) copy.set(entry.key, entry.value);
    return withNames(copy, names());
  }
  if (value instanceof PySet) return PySet.of(value.values(), value.cls);
  return value instanceof PyInstance ? clone(value, names()) : value;
}

function withNames(value: PyObject, names: Attributes): PyObject {
  if (value.attributes !== undefined) value.attributes = names;
  return value;
}

function deep(value: Value, memo: Map<PyObject, Value>, depth = 0): Value {
  tick();
  if (depth > 200) throw raised('RecursionError', 'maximum recursion depth exceeded');
  if (!(value instanceof PyObject) || value instanceof PyClass) return value;
  const known = memo.get(value);
  if (known !== undefined) return known;
  const custom = value.cls.exact ? undefined : typeOf(value).lookup('__deepcopy__');
  if (custom !== undefined) {
    const made = call(custom, [value, new PyDict()]);
    memo.set(value, made);
    return made;
  }
  const next = (each: Value) => deep(each, memo, depth + 1);
  const names = (made: PyObject) => {
    for (const [name, each] of value.attributes ?? []) made.attributes?.set(name, next(each));
    return made;
  };
  if (value instanceof PyList) {
    const made = new PyList([], value.cls);
    memo.set(value, made);
    made.items = value.items.map(next);
    return names(made);
  }
  if (value instanceof PyTuple) {
    const items = value.items.map(next);
    return items.every((item, i) => item === value.items[i]) ? value : new PyTuple(items, value.cls);
  }
  if (value instanceof PyDict) {
    const made = new PyDict(value.cls);
    memo.set(value, made);
    for (const entry of value.entries()) made.set(next(entry.key), next(entry.value));
    return names(made);
  }
  if (value instanceof PySet) return PySet.of([...value.values()].map(next), value.cls);
  if (!(value instanceof PyInstance) || value.attributes?.has('_value_') === true) return value;
  const made = clone(value, new Map());
  memo.set(value, made);
  return names(made);
}

export const copy = () =>
  nativeModule('copy', [
    ...named([
      func('copy', 'value', shallow),
      func('deepcopy', 'value memo?', (value) => deep(value, new Map())),
    ]),
  ]);
