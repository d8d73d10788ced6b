import { VggError, type ErrorCode } from '../../core/errors/error.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import { countScalars, ownTensors } from '../../graph/parameters.ts';
import { sum } from '../../core/arithmetic.ts';
import type { Dtype } from '../../core/dtype.ts';
import type { Checkpointing } from './checkpointing.ts';
import { deviceLevels, type DeviceLevels, type DeviceOptions } from './device-bytes.ts';
import { defaultOptimizer, type MemoryOptimizerName } from '../../optimizers/registry.ts';
import {
  checkParallel,
  replicatedMemory,
  shardedMemory,
  type ModelFacts,
  type ParallelMemory,
  type ParallelOptions,
} from './parallel.ts';
import { simulateInference, simulateTraining, type TrainingOptions, type TrainingResult } from './step.ts';
import type { Category, KeptStorage, Moment, Peak } from './storage.ts';

export interface MemoryOptions extends DeviceOptions {
  /** `sgd` when left out. `momentum` is SGD with momentum. */
  readonly optimizer?: MemoryOptimizerName;
  readonly weightDecay?: boolean;
  /** PyTorch's default on CUDA: true. */
  readonly foreach?: boolean;
  /** Forward and backward passes for each optimizer step; 1 when left out. */
  readonly accumulate?: number;
  /** `zero_grad(set_to_none=False)`: false when left out, as in PyTorch. */
  readonly keepGradients?: boolean;
  /** A moving average of the weights is kept; false when left out. */
  readonly ema?: boolean;
  readonly checkpointing?: Checkpointing;
  readonly parallel?: ParallelOptions;
  /** Adds the live bytes after every operator of the step; `byCategory` also what they are for. */
  readonly timeline?: boolean | 'byCategory';
}

/** Bytes at the peak by what they are for; they add up to `peakBytes`. */
export type Breakdown = Readonly<Record<Category, number>>;

export interface InferenceMemory extends Breakdown, DeviceLevels {
  /** Largest sum of live tensors of a forward pass under `no_grad`, in bytes, each rounded up to 512. */
  readonly peakBytes: number;
  readonly peakAt: { readonly phase: 'forward'; readonly path: string };
}

export interface TrainingMemory extends Breakdown, DeviceLevels {
  readonly optimizer: MemoryOptimizerName;
  readonly weightDecay: boolean;
  readonly foreach: boolean;
  readonly accumulate: number;
  readonly keepGradients?: boolean;
  readonly ema?: boolean;
  readonly checkpointing?: Checkpointing;
  /** Largest sum of live tensors of a step in the steady state, in bytes, each rounded up to 512. */
  readonly peakBytes: number;
  /** The same of the first step, in which optimizer state appears. */
  readonly firstStepPeakBytes: number;
  /** Live when the loss has been computed. */
  readonly endOfForwardBytes: number;
  /** When the peak comes; `@loss` and `@optimizer` are the parts of a step that are no layer. */
  readonly peakAt: { readonly phase: 'forward' | 'backward' | 'optimizer'; readonly path: string };
  readonly parallel?: ParallelMemory;
  readonly timeline?: readonly Moment[];
}

export interface MemoryAnalysis {
  readonly inference: InferenceMemory;
  /** Absent where PyTorch refuses to train the network at this input. */
  readonly training?: TrainingMemory;
  /** Why there is no training. */
  readonly trainingRefused?: Refusal;
}

export interface Refusal {
  readonly code: ErrorCode;
  /** One line: where, what, how to fix it. */
  readonly message: string;
}

/** What PyTorch finds only when it trains. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'one-value-to-normalize',
  'overwritten-in-place',
  'nothing-to-learn',
]);

/** The error as a refusal to train; undefined for any other. */
export const refusalOf = (error: unknown): Refusal | undefined =>
  error instanceof VggError && REFUSALS.has(error.code)
    ? { code: error.code, message: error.line }
    : undefined;

export interface MemoryResult {
  readonly memory: MemoryAnalysis;
  /** Bytes that each layer's saved tensors take at the end of the forward pass, by path. */
  readonly saved: ReadonlyMap<string, number>;
}

/**
 * Memory of a training step and of inference on PyTorch, by simulation of every storage. Bytes.
 * Throws `too-large` beyond 2^53 bytes and `parallel-needs-adam`.
 */
export function analyzeMemory(
  resolved: ResolvedGraph,
  dtype: Dtype,
  options: MemoryOptions = {},
): MemoryResult {
  const inference = analyzeInference(resolved, dtype, options);
  try {
    const { training, saved } = analyzeTraining(resolved, dtype, options);
    return { saved, memory: { inference, training } };
  } catch (error) {
    const trainingRefused = refusalOf(error);
    if (!trainingRefused) throw error;
    return { saved: new Map(), memory: { inference, trainingRefused } };
  }
}

/** The inference half of `analyzeMemory`. */
export function analyzeInference(
  resolved: ResolvedGraph,
  dtype: Dtype,
  options: DeviceOptions = {},
): InferenceMemory {
  const { peak, device } = simulateInference(resolved, dtype, options);
  return {
    peakBytes: peak.bytes,
    peakAt: { phase: 'forward', path: peak.path },
    ...peak.breakdown,
    ...deviceLevels(peak.bytes, device, 1, options),
  };
}

/** The training half of `analyzeMemory`. Throws what makes PyTorch refuse to train besides. */
export function analyzeTraining(
  resolved: ResolvedGraph,
  dtype: Dtype,
  options: MemoryOptions = {},
): { readonly training: TrainingMemory; readonly saved: ReadonlyMap<string, number> } {
  const { checkpointing, parallel } = options;
  const settings = { ...trainingSettings(options), tellsApart: options.timeline === 'byCategory' };
  const { optimizer, accumulate } = settings;
  if (parallel) checkParallel(parallel, optimizer.name, dtype);
  const { first, steady, kept, device, timeline } = simulateTraining(resolved, { ...settings, dtype });
  const { peak } = steady;
  const low = () => simulateTraining(resolved, { ...settings, dtype: dtype === 'amp' ? 'float16' : dtype });
  const training: TrainingMemory = {
    optimizer: optimizer.name,
    weightDecay: optimizer.weightDecay,
    foreach: optimizer.foreach,
    accumulate,
    ...(options.keepGradients && { keepGradients: true }),
    ...(options.ema && { ema: true }),
    ...(checkpointing !== undefined && { checkpointing }),
    peakBytes: peak.bytes,
    firstStepPeakBytes: first.peak.bytes,
    endOfForwardBytes: steady.endOfForward,
    peakAt: { phase: peak.phase, path: peak.path },
    ...peak.breakdown,
    ...deviceLevels(peak.bytes, device, 2, options),
    ...(parallel && { parallel: parallelMemory(parallel, resolved, peak, low) }),
    ...(options.timeline && { timeline }),
  };
  return { training, saved: savedByLayer(kept) };
}

/** With the defaults of everything that is left out. */
export function trainingSettings(options: MemoryOptions): Omit<TrainingOptions, 'dtype'> {
  const { weightDecay = false, foreach = true, accumulate = 1, checkpointing } = options;
  const name = options.optimizer ?? defaultOptimizer;
  const { allocator, cudnnBenchmark, keepGradients = false, ema = false } = options;
  const allocation = { allocator, cudnnBenchmark };
  return {
    optimizer: { name, weightDecay, foreach },
    accumulate,
    keepGradients,
    ema,
    checkpointing,
    allocation,
  };
}

/** Weights, buffers and the batch are there anyway and not counted. */
function savedByLayer(kept: readonly KeptStorage[]): ReadonlyMap<string, number> {
  const saved = new Map<string, number>();
  for (const { owner, category, bytes } of kept) {
    if (category === 'activations') saved.set(owner, (saved.get(owner) ?? 0) + bytes);
  }
  return saved;
}

function parallelMemory(
  options: ParallelOptions,
  resolved: ResolvedGraph,
  peak: Peak,
  lowPrecision: () => TrainingResult,
): ParallelMemory {
  if (options.strategy === 'ddp') {
    const { parameters, gradients, optimizerState } = peak.breakdown;
    return replicatedMemory(
      options,
      peak.bytes,
      peak.bytes - parameters - gradients - optimizerState,
      parameters,
    );
  }
  // The engine itself holds the low-precision weights, so that nothing is cast.
  const { working } = lowPrecision().steady;
  return shardedMemory({ ...options, strategy: options.strategy }, modelFacts(resolved), working);
}

function modelFacts({ nodes }: ResolvedGraph): ModelFacts {
  const layers = nodes.map((node) => countScalars(ownTensors(node)).params);
  return { params: sum(layers), largestLayer: layers.reduce((most, params) => Math.max(most, params), 0) };
}
