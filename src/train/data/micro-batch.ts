import type { Batch } from './batches.ts';

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

/** The batch, halved until the bytes that a part takes are no more than the budget. */
export function fittingPart(batch: number, budget: number, bytesOf: (count: number) => number): number {
  let size = batch;
  while (size > 1 && bytesOf(size) > budget) size = Math.ceil(size / 2);
  return size;
}
