import * as z from 'zod/mini';
import { greatestCommonDivisor, product, sum } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { integer, listOf } from './attributes.ts';
import { spatial } from './spatial.ts';
import { everyAxis, type Rank } from './window.ts';

/** A size for each axis; null keeps the one that comes in. */
type Sizes = readonly (number | null)[];

/** PyTorch's `int or (int or None, int or None)`; the single axis of a sequence cannot be None. */
export const adaptiveAttributes = (rank: Rank) => ({
  output_size: z.pipe(
    z.union([integer(1), rank === 1 ? listOf(integer(1), 1) : listOf(z.nullable(integer(1)), rank)]),
    z.transform((value): Sizes => (typeof value === 'number' ? everyAxis(rank, value) : value)),
  ),
});

interface Adaptive {
  readonly output_size: Sizes;
}

export function adaptiveShape(kind: string, rank: Rank, { output_size }: Adaptive, input: Shape): Shape {
  const [n, c, size] = spatial(input, kind, rank);
  return [n, c, ...size.map((side, axis) => output_size[axis] ?? side)];
}

/**
 * Elements under all windows: the input's when the sizes divide, more when windows overlap.
 * Window i of n over `size` pixels is [⌊i·size/n⌋, ⌈(i+1)·size/n⌉). Source: aten/src/ATen/native/AdaptivePooling.h.
 */
export function adaptiveOperations([n, c, ...size]: Shape, output: Shape): number {
  const covered = size.map((side, axis) => span(side, output[axis + 2]!));
  return product([n!, c!, ...covered], 'the number of pooling operations');
}

/** Sum of the lengths of the windows along one side: `size` plus one for each border that falls inside a pixel. */
function span(size: number, windows: number): number {
  return sum([size, windows - greatestCommonDivisor(size, windows)]);
}

/** The input pixels under each window along one side: [start, end). */
export function adaptiveWindows(size: number, windows: number): (readonly [start: number, end: number])[] {
  return Array.from({ length: windows }, (_, i) => [
    Math.floor((i * size) / windows),
    Math.ceil(((i + 1) * size) / windows),
  ]);
}
