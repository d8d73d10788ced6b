import { VggError } from '../../core/errors/error.ts';
import type { Dtype } from '../../core/dtype.ts';
import { optimizerMemoryOf, type MemoryOptimizerName } from '../../optimizers/registry.ts';

export type ParallelStrategy = 'ddp' | 'zero1' | 'zero2' | 'zero3';

export interface ParallelOptions {
  readonly strategy: ParallelStrategy;
  readonly devices: number;
}

export interface ModelFacts {
  /** Learnable scalars. */
  readonly params: number;
  /** Learnable scalars of the layer that has most. */
  readonly largestLayer: number;
}

interface Published {
  /** As its source writes it: p learnable scalars, N devices, l those of the largest layer. */
  readonly formula: string;
  readonly source: string;
  /** Bytes of weights, gradients and optimizer state on one device. */
  bytes(facts: ModelFacts, devices: number): number;
}

/** Model states under mixed-precision Adam, as published. */
const published: Readonly<Record<Exclude<ParallelStrategy, 'ddp'>, Published>> = {
  zero1: {
    formula: '4p + 12p/N',
    source: 'Rajbhandari et al. 2020, ZeRO, section 5.1',
    bytes: ({ params }, devices) => 4 * params + Math.ceil((12 * params) / devices),
  },
  zero2: {
    formula: '4p + 16p/N',
    source: 'DeepSpeed, estimate_zero2_model_states_mem_needs, no offload',
    bytes: ({ params }, devices) => 4 * params + Math.ceil((16 * params) / devices),
  },
  zero3: {
    formula: '4l + 18p/N',
    source: 'DeepSpeed, estimate_zero3_model_states_mem_needs, no offload',
    bytes: ({ params, largestLayer }, devices) => 4 * largestLayer + Math.ceil((18 * params) / devices),
  },
};

/** What one of several devices holds. */
export interface ParallelMemory extends ParallelOptions {
  readonly formula: string;
  readonly source: string;
  /** Weights, gradients, optimizer state and communication buffers, in bytes. */
  readonly modelStateBytes: number;
  /** The batch, buffers, saved activations and temporaries of forward and backward, in bytes. */
  readonly workingBytes: number;
  readonly peakBytes: number;
}

/**
 * Throws `parallel-needs-adam` where ZeRO's published arithmetic does not hold: it is stated for mixed-precision Adam.
 */
export function checkParallel(
  { strategy }: ParallelOptions,
  optimizer: MemoryOptimizerName,
  dtype: Dtype,
): void {
  const fits = optimizerMemoryOf(optimizer).fitsZero === true && dtype !== 'float32';
  if (strategy !== 'ddp' && !fits) {
    throw new VggError('parallel-needs-adam', { strategy, optimizer, dtype });
  }
}

/** ZeRO: the published model states, and beside them the working set of the low-precision step. */
export function shardedMemory(
  options: ParallelOptions & { readonly strategy: Exclude<ParallelStrategy, 'ddp'> },
  facts: ModelFacts,
  workingBytes: number,
): ParallelMemory {
  const { formula, source, bytes } = published[options.strategy];
  const modelStateBytes = bytes(facts, options.devices);
  return {
    ...options,
    formula,
    source,
    modelStateBytes,
    workingBytes,
    peakBytes: modelStateBytes + workingBytes,
  };
}

/** DDP: each device holds everything, and gradient buckets as large as the weights beside the gradients. */
export function replicatedMemory(
  options: ParallelOptions,
  peakBytes: number,
  workingBytes: number,
  weightBytes: number,
): ParallelMemory {
  return {
    ...options,
    formula: 'the step of one device + P',
    source: 'torch.nn.parallel.DistributedDataParallel, gradient_as_bucket_view=False',
    modelStateBytes: peakBytes - workingBytes + weightBytes,
    workingBytes,
    peakBytes: peakBytes + weightBytes,
  };
}
