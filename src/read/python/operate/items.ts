import { claimElements, tick } from '../state.ts';
import { PyDict } from '../values/dict.ts';
import { raised, typeError, valueError } from '../values/exceptions.ts';
import { plain, PyClass, type Value } from '../values/object.ts';
import { PyAlias, PyBytes, PyList, PyRange, PySlice, PyTuple } from '../values/values.ts';
import { call, callSpecial, findAttribute, typeName, typeOf } from './core.ts';
import { codePoints, collect, indexOf } from './protocols.ts';

export function getItem(value: Value, index: Value): Value {
  const own = value !== null && typeof value === 'object' ? value : undefined;
  if (own !== undefined && !own.cls.exact) {
    const result = callSpecial(own, '__getitem__', [index]);
    if (result !== undefined) return result;
    if (own instanceof PyClass) return classItem(own, index);
  }
  const result = nativeItem(plain(value), index);
  if (result === undefined) throw typeError(`'${typeName(value)}' object is not subscriptable`);
  return result;
}

/** `Class[...]`: `__class_getitem__`, or an alias of a type that is written here. */
function classItem(cls: PyClass, index: Value): Value {
  const custom = findAttribute(cls, '__class_getitem__');
  if (custom !== undefined) return call(custom, [index]);
  if (cls.exact || cls.sealed) return aliasOf(cls, index);
  throw typeError(`type '${cls.name}' is not subscriptable`);
}

export const aliasOf = (cls: Value, index: Value) =>
  new PyAlias(cls, index instanceof PyTuple ? index : new PyTuple([index]));

/** Of Python's own types; undefined where they have no items. */
export function nativeItem(value: Value, index: Value): Value | undefined {
  if (value instanceof PyList || value instanceof PyTuple) {
    if (typeof index === 'number') {
      const item = value.items[index < 0 ? index + value.items.length : index];
      if (item === undefined) throw outOfRange(value instanceof PyList ? 'list' : 'tuple');
      return item;
    }
    if (index instanceof PySlice) {
      const items = sliced(value.items, index);
      return value instanceof PyList ? new PyList(items) : new PyTuple(items);
    }
    const what = value instanceof PyList ? 'list' : 'tuple';
    return value.items[place(index, value.items.length, what)]!;
  }
  if (value instanceof PyDict) return dictItem(value, index);
  if (typeof value === 'string') {
    const points = codePoints(value);
    if (index instanceof PySlice) {
      const all = typeof points === 'string' ? Array.from(points) : points;
      if (typeof points === 'string') {
        const [start, stop, step] = bounds(index, points.length);
        if (step === 1) return points.slice(start, Math.max(start, stop));
      }
      return sliced(all, index).join('');
    }
    return points[place(index, points.length, 'string')]!;
  }
  if (value instanceof PyRange) {
    if (!(index instanceof PySlice))
      return value.start + value.step * place(index, value.length, 'range object');
    const [start, stop, step] = bounds(index, value.length);
    return new PyRange(value.start + start * value.step, value.start + stop * value.step, value.step * step);
  }
  if (value instanceof PyBytes) {
    if (index instanceof PySlice) return new PyBytes(Uint8Array.from(sliced([...value.bytes], index)));
    return value.bytes[place(index, value.bytes.length, 'index')]!;
  }
  if (value instanceof PyClass) return classItem(value, index);
  if (value instanceof PyAlias) return aliasOf(value.origin, index);
  return undefined;
}

function dictItem(dict: PyDict, key: Value): Value {
  const found = dict.get(key);
  if (found !== undefined) return found;
  const missing = dict.cls.exact ? undefined : callSpecial(dict, '__missing__', [key]);
  if (missing === undefined) throw raised('KeyError', key);
  return missing;
}

const outOfRange = (what: string, doing = '') => raised('IndexError', `${what} ${doing}index out of range`);

function place(index: Value, length: number, what: string, doing = ''): number {
  const hasIndex =
    typeof plain(index) === 'number' ||
    typeof index === 'boolean' ||
    typeOf(index).lookup('__index__') !== undefined;
  if (!hasIndex && typeof plain(index) !== 'bigint') {
    const whose =
      what === 'string' || what === 'list' || what === 'tuple' || what === 'range object' ? what : 'byte';
    const wanted = `${whose} indices must be integers${whose === 'range object' ? ' or slices' : whose === 'string' ? '' : ' or slices'}`;
    throw typeError(`${wanted}, not ${whose === 'string' ? `'${typeName(index)}'` : typeName(index)}`);
  }
  const given = indexOf(index);
  if (typeof given === 'bigint') throw raised('IndexError', "cannot fit 'int' into an index-sized integer");
  const at = given < 0 ? given + length : given;
  if (at < 0 || at >= length) throw outOfRange(what, doing);
  return at;
}

/** Start, stop and step of a slice of something so long. */
export function bounds(slice: PySlice, length: number): [number, number, number] {
  const number = (value: Value): number => Number(indexOf(value));
  const step = slice.step === null ? 1 : number(slice.step);
  if (step === 0) throw valueError('slice step cannot be zero');
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (value: Value, otherwise: number): number => {
    if (value === null) return otherwise;
    const given = number(value);
    return Math.min(Math.max(given < 0 ? given + length : given, low), high);
  };
  return step > 0
    ? [clamp(slice.start, 0), clamp(slice.stop, length), step]
    : [clamp(slice.start, length - 1), clamp(slice.stop, -1), step];
}

function sliced<T>(items: readonly T[], slice: PySlice): T[] {
  const [start, stop, step] = bounds(slice, items.length);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  claimElements(count);
  tick(count / 16);
  if (step === 1) return items.slice(start, Math.max(start, stop));
  return Array.from({ length: count }, (_, i) => items[start + i * step]!);
}

export function setItem(value: Value, index: Value, to: Value): void {
  const own = value !== null && typeof value === 'object' ? value : undefined;
  if (own !== undefined && !own.cls.exact) {
    if (callSpecial(own, '__setitem__', [index, to]) !== undefined) return;
  }
  if (!nativeSetItem(value, index, to)) {
    throw typeError(`'${typeName(value)}' object does not support item assignment`);
  }
}

export function nativeSetItem(value: Value, index: Value, to: Value): boolean {
  if (value instanceof PyDict) {
    value.set(index, to);
    return true;
  }
  if (!(value instanceof PyList)) return false;
  if (!(index instanceof PySlice)) {
    value.items[place(index, value.items.length, 'list', 'assignment ')] = to;
    return true;
  }
  const [start, stop, step] = bounds(index, value.items.length);
  const items = collect(to);
  if (step === 1) {
    const tail = value.items.slice(Math.max(start, stop));
    claimElements(items.length, start + items.length + tail.length);
    value.items = [...value.items.slice(0, start), ...items, ...tail];
    return true;
  }
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count !== items.length) {
    throw valueError(`attempt to assign sequence of size ${items.length} to extended slice of size ${count}`);
  }
  items.forEach((item, i) => (value.items[start + i * step] = item));
  return true;
}

export function deleteItem(value: Value, index: Value): void {
  const own = value !== null && typeof value === 'object' ? value : undefined;
  if (own !== undefined && !own.cls.exact) {
    if (callSpecial(own, '__delitem__', [index]) !== undefined) return;
  }
  if (!nativeDeleteItem(value, index)) {
    throw typeError(`'${typeName(value)}' object doesn't support item deletion`);
  }
}

export function nativeDeleteItem(value: Value, index: Value): boolean {
  if (value instanceof PyDict) {
    if (!value.delete(index)) throw raised('KeyError', index);
    return true;
  }
  if (!(value instanceof PyList)) return false;
  if (index instanceof PySlice) {
    const [start, stop, step] = bounds(index, value.items.length);
    const gone = new Set<number>();
    for (let i = start; step > 0 ? i < stop : i > stop; i += step) gone.add(i);
    value.items = value.items.filter((_, i) => !gone.has(i));
  } else value.items.splice(place(index, value.items.length, 'list', 'assignment '), 1);
  return true;
}
