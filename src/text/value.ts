import { VggError } from '../core/errors/error.ts';
import type { Origin } from '../core/origin.ts';

/** A value of a spec file with the place where it was written, its aliases followed. */
export type Value = Scalar | List | Mapping;

export interface Scalar {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  readonly at: Origin;
}

export interface List {
  readonly type: 'list';
  readonly items: readonly Value[];
  readonly at: Origin;
}

export interface Mapping {
  readonly type: 'mapping';
  /** In the order of the file. A Map, so that a key such as `__proto__` is a key like any other. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: Origin;
}

export interface Entry {
  readonly keyAt: Origin;
  readonly value: Value;
}

/** The value as plain data, for error messages and attribute schemas. */
export function plain(value: Value): unknown {
  if (value.type === 'scalar') return value.value;
  if (value.type === 'list') return value.items.map(plain);
  return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]));
}

/** Throws `spec-wrong-type`: `what` (`input`, `the body of residual`) must be `expected`. */
export function wrongType(value: Value, what: string, expected: string): never {
  throw new VggError('spec-wrong-type', { what, expected, value: plain(value) }, value.at);
}

export function asMapping(value: Value, what: string, expected: string): Mapping {
  return value.type === 'mapping' ? value : wrongType(value, what, expected);
}

export function asList(value: Value, what: string, expected: string): List {
  return value.type === 'list' ? value : wrongType(value, what, expected);
}

export function asFlag(value: Value, what: string): boolean {
  const flag = value.type === 'scalar' ? value.value : undefined;
  return typeof flag === 'boolean' ? flag : wrongType(value, what, 'true or false');
}

/** A whole number of at least 1 that can be a size or a count. */
export function asCount(value: Value, what: string): number {
  const number = value.type === 'scalar' ? value.value : undefined;
  const fits = typeof number === 'number' && Number.isInteger(number) && number >= 1 && number < 2 ** 31;
  return fits ? number : wrongType(value, what, 'a whole number from 1 to 2147483647');
}
