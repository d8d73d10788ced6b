import { attributeOf } from '../arguments.ts';
import type { Value } from '../../python/values/object.ts';
import { PyTuple } from '../../python/values/values.ts';

/** A number for each dimension where only one is given. */
export const repeated = (value: Value, rank: number): Value =>
  typeof value === 'number' ? new PyTuple(Array.from({ length: rank }, () => value)) : value;

/** Python's values as the attributes of a layer; what is None is left out. */
export function attributesOf(
  given: ReadonlyMap<string, Value> | readonly (readonly [string, Value])[],
): Record<string, unknown> {
  const entries = [...given].map(([name, value]) => [name, attributeOf(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
