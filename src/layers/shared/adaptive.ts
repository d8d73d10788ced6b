import * as z from 'zod/mini';
import { greatestCommonDivisor, product, sum } from '../../core/arithmetic.ts';
import { image } from './spatial.ts';
import type { Shape } from '../../core/shape.ts';
import { integer } from './attributes.ts';

const side = z.nullable(integer(1));

/** PyTorch's `int or (int or None, int or None)`; None keeps the size that comes in. */
export const adaptiveAttributes = {
  output_size: z.pipe(
    z.union([integer(1), z.tuple([side, side])]),
    z.transform((value): readonly [number | null, number | null] =>
      typeof value === 'number' ? [value, value] : value,
    ),
  ),
};

interface Adaptive {
  readonly output_size: readonly [number | null, number | null];
}

export function adaptiveShape(kind: string, { output_size }: Adaptive, input: Shape): Shape {
  const [n, c, h, w] = image(input, kind);
  return [n, c, output_size[0] ?? h, output_size[1] ?? w];
}

/**
 * Elements under all windows: the input's when the sizes divide, more when windows overlap.
 * Window i of n over `size` pixels is [⌊i·size/n⌋, ⌈(i+1)·size/n⌉). Source: aten/src/ATen/native/AdaptivePooling.h.
 */
export function adaptiveOperations(input: Shape, output: Shape): number {
  const [n, c, h, w] = input;
  const covered = [span(h!, output[2]!), span(w!, output[3]!)];
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
