/** Counting by placing every window, one position at a time, with none of the closed formulas of the source. */

/** One side of a sliding window; sizes in pixels. */
export interface Side {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** First pixels of the windows, counted in the padded image. */
export function positions(side: Side, rounding: 'floor' | 'ceil'): number[] {
  const { size, kernel, stride, dilation, before, after } = side;
  const padded = before + size + after;
  const found: number[] = [];
  let covered = 0;
  for (let start = 0; ; start += stride) {
    let last = start;
    for (let tap = 1; tap < kernel; tap++) last += dilation;
    if (last < padded) {
      found.push(start);
      covered = last + 1;
      continue;
    }
    // Rounding up keeps one window that sticks out: if pixels are left, no more than a stride of them is missing
    // when there is no whole window, and it starts inside the input or its left padding.
    const somethingLeft = found.length > 0 ? covered < padded : last - padded + 1 < stride;
    if (rounding === 'ceil' && somethingLeft && start < before + size) found.push(start);
    return found;
  }
}

/** How often each output pixel of a transposed convolution is written to, padding cut away. */
export function scattered(side: Omit<Side, 'after'> & { readonly outputPadding: number }): {
  length: number;
  products: number;
} {
  const { size, kernel, stride, dilation, before, outputPadding } = side;
  let products = 0;
  let furthest = 0;
  for (let pixel = 0; pixel < size; pixel++) {
    for (let tap = 0; tap < kernel; tap++) {
      products++;
      furthest = Math.max(furthest, pixel * stride + tap * dilation);
    }
  }
  let length = furthest + 1 + outputPadding;
  for (let cut = 0; cut < before; cut++) length -= 2;
  return { length, products };
}

/** Sum of the lengths of an adaptive pool's windows along one side. */
export function adaptiveReach(size: number, windows: number): number {
  let total = 0;
  for (let i = 0; i < windows; i++) {
    for (let pixel = 0; pixel < size; pixel++) {
      // The pixel [pixel, pixel + 1) overlaps the window [i, i + 1)·size/windows.
      if ((pixel + 1) * windows > i * size && pixel * windows < (i + 1) * size) total++;
    }
  }
  return total;
}
