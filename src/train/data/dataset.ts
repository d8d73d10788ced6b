/** Gray images of one size with their labels, as bytes: a batch is made of them when it is needed. */
export interface Split {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** count × rows × columns, 0–255. In shared memory, so that a worker can prepare batches from it. */
  readonly pixels: Uint8Array<SharedArrayBuffer>;
  readonly labels: Uint8Array<SharedArrayBuffer>;
}

export interface Dataset {
  /** As the report names it: `fashion-mnist`, `synthetic`, or the folder. */
  readonly name: string;
  /** Labels are 0 … classes − 1. */
  readonly classes: number;
  readonly train: Split;
  readonly test: Split;
}

/** An empty split of the given size, to be filled. */
export function allocateSplit(count: number, rows: number, columns: number) {
  return {
    count,
    rows,
    columns,
    pixels: new Uint8Array(new SharedArrayBuffer(count * rows * columns)),
    labels: new Uint8Array(new SharedArrayBuffer(count)),
  } satisfies Split;
}

/** The first `limit` examples. */
export function limitSplit(split: Split, limit: number): Split {
  if (limit >= split.count) return split;
  const { rows, columns } = split;
  return {
    ...split,
    count: limit,
    pixels: split.pixels.subarray(0, limit * rows * columns),
    labels: split.labels.subarray(0, limit),
  };
}
