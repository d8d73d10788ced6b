import { VggError } from '../../core/errors/error.ts';
import type { Shape } from '../../core/shape.ts';

/** Batch, channels, height and width of an image-shaped input; throws `not-an-image` for any other rank. */
export function image(shape: Shape, kind: string): readonly [n: number, c: number, h: number, w: number] {
  if (shape.length !== 4) throw new VggError('not-an-image', { kind, shape });
  return shape as unknown as readonly [number, number, number, number];
}
