import { callSpecial } from '../operate/core.ts';
import { customHash, type Key, keyOf, onFrozen } from '../operate/hash.ts';
import { claim, claimElements } from '../state.ts';
import { dictClass, frozensetClass, setClass } from './classes.ts';
import { typeError } from './exceptions.ts';
import { type Attributes, type PyClass, PyObject, type Value } from './object.ts';

export interface Entry {
  readonly key: Value;
  value: Value;
}

/** The keys of values that have a `__hash__` of their own, by hash: equal ones share the first one's. */
class CustomKeys {
  private readonly byHash = new Map<number, PyObject[]>();

  find(value: PyObject, add: boolean): Key {
    const hash = customHash(value);
    const bucket = this.byHash.get(hash) ?? [];
    for (const other of bucket)
      if (other === value || callSpecial(value, '__eq__', [other]) === true) return other;
    if (add) {
      bucket.push(value);
      this.byHash.set(hash, bucket);
    }
    return value;
  }
}

/** Shared by dict and set: values by what makes them equal, in the order in which they came. */
abstract class Hashed<T> extends PyObject {
  protected readonly map = new Map<Key, T>();
  private custom: CustomKeys | undefined;

  protected keyFor(value: Value, add: boolean): Key {
    const key = keyOf(value);
    if (key !== undefined) return key;
    this.custom ??= new CustomKeys();
    return this.custom.find(value as PyObject, add);
  }

  get size(): number {
    return this.map.size;
  }
}

export class PyDict extends Hashed<Entry> {
  constructor(cls: PyClass = dictClass) {
    claim(16);
    super(cls, cls === dictClass ? undefined : new Map());
  }

  static of(entries: Iterable<readonly [Value, Value]>): PyDict {
    const dict = new PyDict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }

  get(key: Value): Value | undefined {
    return this.map.get(this.keyFor(key, false))?.value;
  }

  set(key: Value, value: Value): void {
    const own = this.keyFor(key, true);
    const entry = this.map.get(own);
    if (entry !== undefined) entry.value = value;
    else {
      claimElements(24, this.map.size);
      this.map.set(own, { key, value });
    }
  }

  delete(key: Value): boolean {
    return this.map.delete(this.keyFor(key, false));
  }

  has(key: Value): boolean {
    return this.map.has(this.keyFor(key, false));
  }

  entries(): Iterable<Entry> {
    return this.map.values();
  }

  clear(): void {
    this.map.clear();
  }

  /** To the first or the last place. */
  move(key: Value, last: boolean): boolean {
    const own = this.keyFor(key, false);
    const entry = this.map.get(own);
    if (entry === undefined) return false;
    const others = last ? [] : [...this.map].filter(([each]) => each !== own);
    this.map.delete(own);
    if (!last) this.map.clear();
    this.map.set(own, entry);
    for (const [each, value] of others) this.map.set(each, value);
    return true;
  }
}

/** `__dict__`, `globals()`: a dict whose entries are those of a Map of names. */
export class PyNames extends PyDict {
  readonly names: Attributes;

  constructor(names: Attributes) {
    super();
    this.names = names;
  }

  override get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.names.get(key) : undefined;
  }

  override set(key: Value, value: Value): void {
    if (typeof key !== 'string') throw typeError('names must be strings');
    claimElements(24, this.names.size);
    this.names.set(key, value);
  }

  override delete(key: Value): boolean {
    return typeof key === 'string' && this.names.delete(key);
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && this.names.has(key);
  }

  override *entries(): Iterable<Entry> {
    for (const [key, value] of this.names) yield { key, value };
  }

  override clear(): void {
    this.names.clear();
  }

  override move(): boolean {
    return false;
  }

  override get size(): number {
    return this.names.size;
  }
}

export class PySet extends Hashed<Value> {
  constructor(cls: PyClass = setClass) {
    claim(16);
    super(cls, cls === setClass || cls === frozensetClass ? undefined : new Map());
  }

  static of(values: Iterable<Value>, cls?: PyClass): PySet {
    const set = new PySet(cls);
    for (const value of values) set.add(value);
    return set;
  }

  get frozen(): boolean {
    return this.cls.isSubclassOf(frozensetClass);
  }

  add(value: Value): void {
    const key = this.keyFor(value, true);
    if (this.map.has(key)) return;
    claimElements(24, this.map.size);
    this.map.set(key, value);
  }

  delete(value: Value): boolean {
    return this.map.delete(this.keyFor(value, false));
  }

  has(value: Value): boolean {
    return this.map.has(this.keyFor(value, false));
  }

  values(): Iterable<Value> {
    return this.map.values();
  }

  clear(): void {
    this.map.clear();
  }
}

onFrozen((value) => (value instanceof PySet && value.frozen ? [...value.values()] : undefined));
