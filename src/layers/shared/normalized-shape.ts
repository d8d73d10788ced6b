import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import { integer } from './attributes.ts';
import { checkRank } from './dimension.ts';
import type { Thinning } from '../layer.ts';
import { thinDeclared } from './normalization.ts';

/** PyTorch's `int or list`: the last dimensions, over which a norm is taken. */
export const normalizedShape = z.optional(
  z.pipe(
    z.union([integer(1), z.array(integer(1)).check(z.minLength(1))]),
    z.transform((value): readonly number[] => (typeof value === 'number' ? [value] : value)),
  ),
);

/** The last dimension when none is declared. */
export const normalized = (declared: Shape | undefined, input: Shape): Shape => declared ?? input.slice(-1);

/** Throws `too-few-dimensions`, and `normalized-shape-mismatch` unless the input ends with what is declared. */
export function checkNormalized(kind: string, expected: Shape | undefined, input: Shape): Shape {
  checkRank(kind, input, 1);
  if (expected && !sameShape(expected, input.slice(-expected.length))) {
    throw new VggError('normalized-shape-mismatch', { kind, expected, shape: input });
  }
  return input;
}

/** The channels come first in C×H×W and in features; H×W and W have none. */
export function thinNormalized<A extends { readonly normalized_shape?: Shape | undefined }>(
  a: A,
  thinning: Thinning,
): { attributes: A; thinned: boolean } {
  const shape = a.normalized_shape;
  const attributes =
    shape && shape.length !== 2
      ? { ...a, normalized_shape: [thinDeclared(shape[0], thinning)!, ...shape.slice(1)] }
      : a;
  return { attributes, thinned: thinning.inputThinned };
}
