import * as z from 'zod/mini';
import { listOf, offset } from './attributes.ts';
import type { Margins } from './border.ts';
import { everyAxis, type Rank } from './window.ts';

/** PyTorch's padding layers: one number for all sides, or two for each axis, the last axis first. */
export const paddingOf = (rank: Rank) => ({
  /** Left, right, top, bottom; negative sizes cut away. */
  padding: z.pipe(
    z.union([offset, listOf(offset, 2 * rank)]),
    z.transform((value): readonly number[] =>
      typeof value === 'number' ? everyAxis(2 * rank, value) : value,
    ),
  ),
});

/** The same axis by axis, the first axis first. */
export function marginsOf(padding: readonly number[]): Margins {
  const sides = padding.toReversed();
  return {
    before: sides.filter((_, i) => i % 2 === 1),
    after: sides.filter((_, i) => i % 2 === 0),
  };
}
