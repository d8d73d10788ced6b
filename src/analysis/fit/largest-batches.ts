import type { LevelsAt } from '../memory/by-batch.ts';
import type { DeviceLevels } from '../memory/device-bytes.ts';

/** Largest batch sizes of the range up to which all fit; 0 where not even the smallest does. */
export interface Largest {
  /** Fits even if workspaces, allocator and context are at their upper ends. */
  readonly safe: number;
  /** Likely fits. */
  readonly likely: number;
  /** Fits if they are at their lower ends. */
  readonly possible: number;
}

/** Finds the largest batches within an amount of memory. */
export interface LargestBatches {
  training(bytes: number): Largest;
  inference(bytes: number): Largest;
}

/** Beyond this batch sizes are tried in steps of one in so many, and one by one where the first does not fit. */
const FINE = 1024;

type Needed = (levels: DeviceLevels) => number;

const NEEDED: Readonly<Record<keyof Largest, Needed>> = {
  safe: ({ deviceBytes }) => deviceBytes.high,
  likely: ({ deviceBytes }) => deviceBytes.squeezed,
  possible: ({ deviceBytes }) => deviceBytes.low,
};

/**
 * What a network needs can fall where the batch grows: the allocator's segments then happen to fit. So the sizes are
 * gone through from below, and the largest batch is the one before the first that does not fit.
 */
export function largestBatches(
  { training, inference }: { readonly training: LevelsAt; readonly inference: LevelsAt },
  range: readonly [from: number, to: number],
): LargestBatches {
  const within = (levelsAt: LevelsAt) => {
    const ends = Object.entries(NEEDED).map(
      ([end, needed]) => [end, new RunningMaximum((size) => needed(levelsAt(size)), range)] as const,
    );
    return (bytes: number) =>
      Object.fromEntries(
        ends.map(([end, maximum]) => [end, maximum.largestWithin(bytes)]),
      ) as unknown as Largest;
  };
  return { training: within(remembered(training)), inference: within(remembered(inference)) };
}

function remembered(levelsAt: LevelsAt): LevelsAt {
  const known = new Map<number, DeviceLevels>();
  return (size) => {
    const found = known.get(size) ?? levelsAt(size);
    known.set(size, found);
    return found;
  };
}

/** The running maximum of a measure over a range, as far as anything asked for it. */
class RunningMaximum {
  readonly #measure: (size: number) => number;
  readonly #to: number;
  /** Sizes at which the maximum rose, and the size that was tried before; undefined for the first. */
  readonly #rises: { readonly size: number; readonly most: number; readonly before: number | undefined }[] =
    [];
  #next: number;
  #tried: number | undefined;

  constructor(measure: (size: number) => number, [from, to]: readonly [number, number]) {
    this.#measure = measure;
    this.#to = to;
    this.#next = from;
  }

  /** The size before the first of the range that measures more than `limit`; 0 where that is the first one. */
  largestWithin(limit: number): number {
    const first = this.#rises.find(({ most }) => most > limit) ?? this.#riseAbove(limit);
    if (first === undefined) return this.#to;
    if (first.before === undefined) return 0;
    let fits = first.before;
    while (fits + 1 < first.size && this.#measure(fits + 1) <= limit) fits++;
    return fits;
  }

  #riseAbove(limit: number) {
    while (this.#next <= this.#to) {
      const [size, before] = [this.#next, this.#tried];
      this.#tried = size;
      this.#next = size === this.#to ? size + 1 : Math.min(this.#to, size + stepFrom(size));
      const most = this.#measure(size);
      if (most <= (this.#rises.at(-1)?.most ?? -1)) continue;
      const rise = { size, most, before };
      this.#rises.push(rise);
      if (most > limit) return rise;
    }
    return undefined;
  }
}

const stepFrom = (size: number): number => Math.max(1, Math.floor(size / FINE));
