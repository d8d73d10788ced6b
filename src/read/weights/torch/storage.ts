import { elementBits } from '../element-types.ts';
import { Global, Persistent, Tuple, type Value } from '../pickle/values.ts';
import { damaged } from './damaged.ts';

/** Values in a file, of which tensors are views. */
export interface Storage {
  readonly key: string;
  /** Of a storage without a type, that of its tensor. */
  readonly dtype: string | undefined;
  /** In elements; of a storage without a type in bytes. */
  readonly length: number;
}

/** PyTorch's classes of storages, by their names without the ending. */
const classes: ReadonlyMap<string, string | undefined> = new Map([
  ['Double', 'float64'],
  ['Float', 'float32'],
  ['Half', 'float16'],
  ['BFloat16', 'bfloat16'],
  ['Long', 'int64'],
  ['Int', 'int32'],
  ['Short', 'int16'],
  ['Char', 'int8'],
  ['Byte', 'uint8'],
  ['Bool', 'bool'],
  ['ComplexDouble', 'complex128'],
  ['ComplexFloat', 'complex64'],
  ['Untyped', undefined],
]);

/** The storage that a pickle refers to, `('storage', torch.FloatStorage, '0', 'cpu', 18)`; undefined for anything else. */
export function storageOf(value: Value | undefined): Storage | undefined {
  if (!(value instanceof Persistent) || !(value.id instanceof Tuple)) return undefined;
  const [kind, type, key, , length] = value.id.items;
  if (kind !== 'storage' || !(type instanceof Global)) return undefined;
  const [, name] = /^torch(?:\.storage)?\.(\w+)Storage$/.exec(type.name) ?? [];
  if (name === undefined || !classes.has(name)) throw damaged(`its values are in a ${type.name}`);
  if (typeof key !== 'string' || typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
    throw damaged('a storage has no name or no length');
  return { key, dtype: classes.get(name), length };
}

export const bytesOf = (dtype: string, elements: number): number => (elements * elementBits.get(dtype)!) / 8;
