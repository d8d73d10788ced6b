import type { Shape } from '../../core/shape.ts';
import type { Holder } from './feeds.ts';
import { factorsOf, type Learned } from './part.ts';

/** What a graph that updates blocks calls the weight that a block is of. */
export const BLOCK_OF = 'weight';

/** Elements of a block: what an update computes stays in the processor's cache. */
export const BLOCK = 2 ** 20;

/**
 * A weight in blocks, with what belongs to each: its gradient or the factors of one, and what the optimizer keeps. All
 * but the left factor, which is small, are views of the whole.
 */
export const blocksOf = (one: Learned, whole: Holder): Iterable<Holder> =>
  one.rowsEach === undefined ? stretches(one, whole) : blocksOfRows(one, whole);

/** Elements in their order, as one row. */
function* stretches({ name }: Learned, whole: Holder): Generator<Holder> {
  const total = whole.find(name)!.length;
  for (let start = 0; start < total; start += BLOCK) {
    const end = Math.min(start + BLOCK, total);
    yield {
      find: (wanted) => whole.find(ofWeight(wanted, name))?.subarray(start, end),
      sizes: () => [1, end - start],
    };
  }
}

/** Some rows of a weight that is the product of two factors: as many columns of the left one, and all of the right. */
function* blocksOfRows(one: Learned, whole: Holder): Generator<Holder> {
  const [rows, columns] = one.shape as readonly [number, number];
  const [left, right] = factorsOf({ ...one, name: BLOCK_OF }).map((factor) => factor.name);
  const transposed = whole.find(ofWeight(left!, one.name))!;
  const by = whole.find(ofWeight(right!, one.name))!;
  const depth = transposed.length / rows;
  const size = Math.max(1, Math.floor(BLOCK / columns));
  for (let start = 0; start < rows; start += size) {
    const count = Math.min(size, rows - start);
    const taken = new Float32Array(depth * count);
    for (let k = 0; k < depth; k++) {
      const from = k * rows + start;
      taken.set(transposed.subarray(from, from + count), k * count);
    }
    const factors = new Map<string, { readonly values: Float32Array<ArrayBuffer>; readonly sizes: Shape }>([
      [left!, { values: taken, sizes: [depth, count] }],
      [right!, { values: by, sizes: [depth, columns] }],
    ]);
    yield {
      find: (wanted) =>
        factors.get(wanted)?.values ??
        whole.find(ofWeight(wanted, one.name))?.subarray(start * columns, (start + count) * columns),
      sizes: (wanted) => factors.get(wanted)?.sizes ?? [count, columns],
    };
  }
}

/** `exp_avg/weight` for a block is `exp_avg/NAME` of the whole. */
const ofWeight = (wanted: string, name: string): string => wanted.replace(BLOCK_OF, () => name);
