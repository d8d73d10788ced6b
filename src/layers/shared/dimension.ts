import { VggError } from '../../core/errors/error.ts';
import { product } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { Axes } from './window.ts';

/** A dimension counted from the front; −1 is the last. Throws `no-such-dimension`. */
export function dimension(dim: number, shape: Shape): number {
  if (dim < -shape.length || dim >= shape.length) throw new VggError('no-such-dimension', { dim, shape });
  return dim < 0 ? dim + shape.length : dim;
}

/** A place along an axis counted from the front. Throws `no-such-index`. */
export function indexIn(index: number, axis: number, shape: Shape): number {
  const size = shape[axis]!;
  if (index < -size || index >= size) throw new VggError('no-such-index', { index, dim: axis, shape });
  return index < 0 ? index + size : index;
}

/** Throws `too-few-dimensions` unless the input has at least `least`, batch and channels included. */
export function checkRank(kind: string, shape: Shape, least: number): void {
  if (shape.length < least) throw new VggError('too-few-dimensions', { kind, least, shape });
}

/** The spatial sizes that a layer computes; throws `output-collapses` where one falls below 1, and `too-large`. */
export function checkOutput(size: Axes, output: Axes): Axes {
  if (output.some((side) => side < 1)) throw new VggError('output-collapses', { size, output });
  product(output, 'the size of an output');
  return output;
}
