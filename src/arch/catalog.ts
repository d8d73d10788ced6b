import { VggError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import type { Architecture } from './architecture.ts';
import { alexnet } from './d2l/alexnet.ts';
import { vggs } from './d2l/vgg.ts';

/** Every named architecture, in the order of `list`. */
export const architectures: readonly Architecture[] = [alexnet, ...vggs];

/** A Map, so that names such as `__proto__` are unknown like any other. */
const byName: ReadonlyMap<string, Architecture> = new Map(architectures.map((a) => [a.name, a]));

/** Throws `unknown-architecture` with the nearest names. */
export function architecture(name: string): Architecture {
  const found = byName.get(name);
  if (found === undefined)
    throw new VggError('unknown-architecture', { name, nearest: nearest(name, byName.keys()) });
  return found;
}
