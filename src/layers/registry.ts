import { VggError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { conv2d } from './conv2d.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import type { LayerKind } from './layer.ts';
import { linear } from './linear.ts';
import { maxpool2d } from './maxpool2d.ts';
import { relu } from './relu.ts';

/** Every layer kind, in the order of the documentation. Adding one: its file, and its line here. */
const kinds: readonly LayerKind[] = [conv2d, linear, relu, maxpool2d, dropout, flatten];

/** A Map, so that names such as `constructor` are unknown like any other. */
export const layerKinds: ReadonlyMap<string, LayerKind> = new Map(kinds.map((kind) => [kind.kind, kind]));

/** Throws `unknown-kind` with the nearest names. */
export function layerKind(name: string): LayerKind {
  const kind = layerKinds.get(name);
  if (kind === undefined)
    throw new VggError('unknown-kind', { name, nearest: nearest(name, layerKinds.keys()) });
  return kind;
}
