import type { Batch } from '../data/batches.ts';
import type { Part } from './step.ts';

/** The batch in parts of at most `size` examples. */
export function cut({ images, labels, count }: Batch, size: number): Batch[] {
  const each = images.length / count;
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min((i + 1) * size, count)];
    return {
      count: to - from,
      images: images.subarray(from * each, to * each),
      labels: labels.subarray(from, to),
    };
  });
}

/** What the i-th of `count` parts does; undefined for a batch in one piece. */
export function placeOf(i: number, count: number): Part | undefined {
  if (count === 1) return undefined;
  return i === 0 ? 'first' : i === count - 1 ? 'last' : 'middle';
}
