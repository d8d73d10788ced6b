import { func, type Given, method } from '../../python/operate/native.ts';
import type { PyNative } from '../../python/values/values.ts';
import type { Value } from '../../python/values/object.ts';

/** Where a function is found: `torch.name`, `tensor.name`, `torch.nn.functional.name`. */
export type Place = 'torch' | 'method' | 'functional';

export interface Operation {
  readonly name: string;
  readonly places: readonly Place[];
  readonly native: PyNative;
  readonly bound: PyNative;
}

/** One function under its name in each of its places; the first argument is the object where it is a method. */
export function operation<const S extends string>(
  name: string,
  places: readonly Place[],
  signature: S,
  body: (...given: Given<S>) => Value | void,
): Operation {
  return { name, places, native: func(name, signature, body), bound: method(name, signature, body) };
}

export const everywhere: readonly Place[] = ['torch', 'method'];
