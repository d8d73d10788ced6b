import { VggError } from '../../core/errors/error.ts';
import type { ElementType } from '../../layers/shared/operators.ts';
import { CachingAllocator, type AllocatorKind, type Block } from './allocator.ts';

/** What a live byte is for; the breakdown at the peak is in these terms. */
export type Category =
  | 'parameters'
  | 'average'
  | 'buffers'
  | 'inputs'
  | 'gradients'
  | 'optimizerState'
  | 'activations'
  | 'temporaries';

export const categories: readonly Category[] = [
  'parameters',
  'average',
  'buffers',
  'inputs',
  'gradients',
  'optimizerState',
  'activations',
  'temporaries',
];

/** Bytes of one element. Source: torch.finfo / torch.iinfo. */
export const BYTES: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  bool: 1,
};

/** CUDA's caching allocator hands out multiples of this. Source: c10/cuda/CUDACachingAllocator, kMinBlockSize. */
const BLOCK = 512;

/** What an allocation of so many bytes takes. */
export const inBlocks = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;

/** A reference-counted block of memory. */
export interface Storage {
  /** Rounded up to a block. */
  readonly bytes: number;
  /** As asked for. */
  readonly requested: number;
  /** Path of the layer that asked for it, `@loss` or `@optimizer`. */
  readonly owner: string;
  category: Category;
  references: number;
  /** How many backward nodes keep it. */
  keepers: number;
  /** Which of all overwritings was its last, 0 for none, and the layer that did it. */
  overwrittenAt: number;
  overwrittenBy: string;
  readonly block: Block | undefined;
  /** Which of all allocations it was. */
  readonly serial: number;
}

/** A storage that backward nodes keep. */
export type KeptStorage = Pick<Storage, 'owner' | 'category' | 'bytes' | 'requested'>;

export type Phase = 'forward' | 'backward' | 'optimizer';

/** Live bytes after something was allocated. */
export interface Moment {
  readonly phase: Phase;
  readonly path: string;
  readonly bytes: number;
  /** What they are for, where that was asked for. */
  readonly breakdown?: Readonly<Record<Category, number>>;
}

export interface Peak extends Moment {
  readonly breakdown: Readonly<Record<Category, number>>;
}

/** How PyTorch is set up where it allocates. */
export interface AllocationOptions {
  /** `native` when left out. */
  readonly allocator?: AllocatorKind | undefined;
  /** `torch.backends.cudnn.benchmark`: false when left out, as in PyTorch. */
  readonly cudnnBenchmark?: boolean | undefined;
  /** Writes down what is allocated and released. */
  readonly traced?: boolean;
}

/** What happens to the allocator, in order; `serial` counts the allocations from 0 on. Bytes as they were asked for. */
export type TraceEvent =
  | { readonly what: 'allocate' | 'choose algorithm'; readonly bytes: number }
  | { readonly what: 'release'; readonly serial: number }
  | { readonly what: 'start step' };

/** Counts what is live, by category, and remembers the largest sum since `startStep`. */
export class Ledger {
  live = 0;
  phase: Phase = 'forward';
  path = '';
  /** How often any storage has been overwritten. */
  overwrites = 0;
  /** Of all operators for which cuDNN chooses an algorithm: the most bytes of operands that it may transform. */
  largestWorkspace = 0;
  /** Live bytes after each operator of the step; undefined when nobody asked for it. */
  timeline: Moment[] | undefined;
  /** Whether these are told apart by category. */
  tellsApart = false;
  /** What backward nodes keep of the latest forward pass. */
  readonly #kept = new Set<Storage>();
  /** Largest sum of what is no weight, gradient or optimizer state, outside the optimizer's step. */
  workingPeak = 0;
  readonly allocator: CachingAllocator;
  /** `cudnn.benchmark` is on and the first step runs. */
  tryingAlgorithms: boolean;
  readonly #byCategory = Object.fromEntries(categories.map((category) => [category, 0])) as Record<
    Category,
    number
  >;
  /** Written down where it is asked for. */
  readonly trace: TraceEvent[] | undefined;
  #allocations = 0;
  #peak = 0;
  #peakAt: Peak | undefined;

  constructor({ allocator = 'native', cudnnBenchmark = false, traced = false }: AllocationOptions = {}) {
    if (traced) this.trace = [];
    this.allocator = new CachingAllocator(allocator);
    this.tryingAlgorithms = cudnnBenchmark;
  }

  startStep(): void {
    this.trace?.push({ what: 'start step' });
    this.#peak = -1;
    this.workingPeak = 0;
    this.#mark();
  }

  startForward(): void {
    this.phase = 'forward';
    this.#kept.clear();
  }

  /** Each storage that the latest forward pass kept for its backward pass. */
  get kept(): readonly KeptStorage[] {
    return [...this.#kept].map(({ owner, category, bytes, requested }) => ({
      owner,
      // A backward pass has made passing results of them again.
      category: category === 'temporaries' ? 'activations' : category,
      bytes,
      requested,
    }));
  }

  get peak(): Peak {
    return this.#peakAt!;
  }

  /** Live bytes now, by category. */
  breakdown(): Record<Category, number> {
    return { ...this.#byCategory };
  }

  /** An operator writes over a storage. */
  overwrite(storage: Storage): void {
    storage.overwrittenAt = ++this.overwrites;
    storage.overwrittenBy = this.path;
  }

  /** A new storage with one reference. Checks the peak. */
  allocate(bytes: number, category: Category): Storage {
    const rounded = inBlocks(bytes);
    this.live += rounded;
    if (!Number.isSafeInteger(this.live)) throw new VggError('too-large', { what: 'the number of bytes' });
    this.#byCategory[category] += rounded;
    const block = this.allocator.allocate(rounded);
    this.trace?.push({ what: 'allocate', bytes });
    this.#mark();
    return {
      bytes: rounded,
      requested: bytes,
      owner: this.path,
      category,
      references: 1,
      keepers: 0,
      overwrittenAt: 0,
      overwrittenBy: '',
      block,
      serial: this.#allocations++,
    };
  }

  /**
   * cuDNN chooses an algorithm for an operator whose operands take so many bytes. With `cudnn.benchmark` PyTorch tries
   * them all at the first call and then empties the cache. Source: ATen/native/cudnn/Conv_v8.cpp.
   */
  chooseAlgorithm(bytes: number | undefined): void {
    if (bytes === undefined) return;
    this.trace?.push({ what: 'choose algorithm', bytes });
    this.largestWorkspace = Math.max(this.largestWorkspace, bytes);
    if (this.tryingAlgorithms) this.allocator.emptyCache();
  }

  retain(storage: Storage): void {
    storage.references++;
  }

  release(storage: Storage): void {
    if (--storage.references > 0) return;
    this.live -= storage.bytes;
    this.#byCategory[storage.category] -= storage.bytes;
    this.allocator.release(storage.block);
    this.trace?.push({ what: 'release', serial: storage.serial });
  }

  /** A backward node keeps the storage: what was a passing result is now a saved activation. */
  keep(storage: Storage): void {
    storage.references++;
    if (this.phase === 'forward') this.#kept.add(storage);
    if (storage.keepers++ === 0 && storage.category === 'temporaries') {
      this.recategorize(storage, 'activations');
    }
  }

  unkeep(storage: Storage): void {
    if (--storage.keepers === 0 && storage.category === 'activations')
      this.recategorize(storage, 'temporaries');
    this.release(storage);
  }

  recategorize(storage: Storage, category: Category): void {
    this.#byCategory[storage.category] -= storage.bytes;
    this.#byCategory[category] += storage.bytes;
    storage.category = category;
  }

  #working(): number {
    const { inputs, buffers, activations, temporaries } = this.#byCategory;
    return inputs + buffers + activations + temporaries;
  }

  /** Notes the live bytes after an operator, for the timeline. */
  note(): void {
    const { phase, path, live: bytes } = this;
    this.timeline?.push({ phase, path, bytes, ...(this.tellsApart && { breakdown: this.breakdown() }) });
  }

  #mark(): void {
    if (this.phase !== 'optimizer') this.workingPeak = Math.max(this.workingPeak, this.#working());
    if (this.live <= this.#peak) return;
    this.#peak = this.live;
    this.#peakAt = { phase: this.phase, path: this.path, bytes: this.live, breakdown: this.breakdown() };
  }
}
