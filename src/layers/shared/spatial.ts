import { VggError } from '../../core/errors/error.ts';
import type { Shape } from '../../core/shape.ts';
import type { Axes, Rank } from './window.ts';

/** Batch, channels and the sizes of the spatial axes; throws `not-an-image` unless there are `rank` of those. */
export function spatial(shape: Shape, kind: string, rank: Rank): readonly [n: number, c: number, size: Axes] {
  if (shape.length !== rank + 2) throw new VggError('not-an-image', { kind, rank, shape });
  const [n, c, ...size] = shape;
  return [n!, c!, size];
}
