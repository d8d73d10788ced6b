import { defaultOptimizer } from '../../optimizers/registry.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Graph } from '../../graph/graph.ts';
import { resolveBatch } from '../../graph/resolve.ts';
import type { Dtype } from '../../core/dtype.ts';
import type { Shape } from '../../core/shape.ts';
import type { Device } from '../devices/device.ts';
import {
  analyzeInference,
  analyzeTraining,
  refusalOf,
  type InferenceMemory,
  type MemoryOptions,
  type TrainingMemory,
} from '../memory/analyze-memory.ts';
import { levelsByBatch } from '../memory/by-batch.ts';
import type { Layout } from '../time/likely.ts';
import { timeModel, type StepTime } from '../time/roofline.ts';
import { largestBatches, type Largest } from './largest-batches.ts';
import { largestWithin } from './largest.ts';

export interface FitOptions {
  readonly devices: readonly Device[];
  /** Channels, height and width of an image; of the main input without the batch, where that is something else. */
  readonly image: Shape;
  /** The same of the inputs after it; the network's own when left out. */
  readonly others?: readonly Shape[];
  /** Batch sizes that are considered, both ends included. */
  readonly batch: readonly [from: number, to: number];
  /** Batch sizes that are listed; the powers of two in the range and its ends when left out. */
  readonly sizes?: readonly number[];
  readonly dtype: Dtype;
  readonly memory: MemoryOptions;
  /** Images in an epoch. */
  readonly examples: number;
  /** Times through them; 1 when left out. */
  readonly epochs?: number;
  /** How images lie in memory, for the likely time; `nchw` when left out. */
  readonly layout?: Layout;
}

/** Everything that `fit` finds out. Plain data; the same object as `--json` prints. Bytes and seconds. */
export interface Fit {
  readonly schemaVersion: 1;
  readonly model: { readonly name: string; readonly source: string };
  readonly image: readonly number[];
  readonly dtype: Dtype;
  readonly optimizer: string;
  readonly examples: number;
  readonly epochs: number;
  readonly batch: { readonly from: number; readonly to: number };
  readonly devices: readonly DeviceFit[];
  /** Memory at the sizes of the list, or at the powers of two in the range and at its ends. */
  readonly memory: readonly BatchMemory[];
  /** How the devices compare; empty unless the speed of two or more is known. */
  readonly comparisons: readonly Comparison[];
}

export interface DeviceFit {
  readonly name: string;
  readonly memoryBytes: number;
  readonly source: string;
  readonly training: Largest;
  readonly inference: Largest;
  /** A lower bound of the time of a training step at every batch size of `memory`; absent without known speed. */
  readonly steps?: readonly BatchTime[];
}

export interface BatchMemory {
  readonly batch: number;
  /** Tensors at the peak of a training step. */
  readonly trainingBytes: number;
  /** With what the device needs on top. */
  readonly trainingDeviceBytes: readonly [low: number, high: number];
  readonly trainingDeviceLikely: number;
  readonly inferenceBytes: number;
  readonly inferenceDeviceBytes: readonly [low: number, high: number];
  readonly inferenceDeviceLikely: number;
}

export interface BatchTime extends StepTime {
  readonly batch: number;
  readonly epochSeconds: number;
  /** Of all epochs. */
  readonly trainingSeconds: number;
  /** Of all epochs at the likely time. */
  readonly likelyTrainingSeconds: number;
  /** Whether the batch fits the device: `no`, `maybe` or `yes`. */
  readonly fits: 'no' | 'maybe' | 'yes';
}

export interface Comparison {
  readonly faster: string;
  readonly slower: string;
  /** Ratio of examples a second at the largest batch that both can hold. */
  readonly ratio: number;
  readonly atBatch: number;
  /** The faster device's bound falls below the slower one's best at batch sizes up to this; 0 if it never does. */
  readonly fasterLosesUpTo: number;
  readonly slowerBestBatch: number;
}

/**
 * The largest batch for each device, and what time a step takes at least.
 * Throws the errors of shape inference, `too-large`, and `device-without-memory`.
 */
export function fit(graph: Graph, options: FitOptions): Fit {
  const { image, others = [], dtype, examples, epochs = 1 } = options;
  const inputs = [image, ...others];
  const at = latest((size) => resolveBatch(graph, size, inputs));
  const training = bySize((size) => analyzeTraining(at(size), dtype, options.memory).training);
  const batch = fromTrainable(options.batch, training.at);
  const inference = bySize((size) => analyzeInference(at(size), dtype, options.memory));
  const time = timeModel(graph, inputs, dtype, options.memory.optimizer ?? defaultOptimizer, options.layout);
  const sizes = options.sizes ? listed(options.sizes, batch) : sampleSizes(batch);
  // The largest first: V8 then knows from the start that bytes pass 2^31, and need not compile everything again.
  const descending = sizes.toReversed();
  const memory = descending.map((size) => batchMemory(size, training.at(size), inference.at(size)));
  const fitting = largestBatches(levelsByBatch(at, dtype, options.memory), batch);
  const fits = options.devices.map((device): DeviceFit => {
    const bytes = memoryOfDevice(device);
    const trainable = fitting.training(bytes);
    const { speed } = device;
    return {
      name: device.name,
      memoryBytes: bytes,
      source: device.source,
      training: trainable,
      inference: fitting.inference(bytes),
      ...(speed && {
        steps: sizes.map((size): BatchTime => {
          const step = time.training(size, speed);
          const epochSeconds = examples / step.examplesPerSecond;
          const trainingSeconds = epochs * epochSeconds;
          const likelyTrainingSeconds = (epochs * examples * step.likelySeconds) / size;
          return {
            batch: size,
            ...step,
            epochSeconds,
            trainingSeconds,
            likelyTrainingSeconds,
            fits: verdict(size, trainable),
          };
        }),
      }),
    };
  });
  return {
    schemaVersion: 1,
    model: { name: graph.name, source: graph.source },
    image,
    dtype,
    optimizer: options.memory.optimizer ?? defaultOptimizer,
    examples,
    epochs,
    batch: { from: batch[0], to: batch[1] },
    devices: fits,
    memory: memory.toReversed(),
    comparisons: compareAll(options.devices, fits, batch, time),
  };
}

/** Without the smallest batch where PyTorch refuses to train it: one example may be too few for a batch-norm. */
function fromTrainable(
  [from, to]: FitOptions['batch'],
  trainingAt: (size: number) => TrainingMemory,
): FitOptions['batch'] {
  try {
    trainingAt(from);
    return [from, to];
  } catch (error) {
    if (refusalOf(error)?.code !== 'one-value-to-normalize' || from === to) throw error;
    return [from + 1, to];
  }
}

function memoryOfDevice({ name, memoryBytes }: Device): number {
  if (memoryBytes === null) throw new VggError('device-without-memory', { name });
  return memoryBytes;
}

/** What is computed once for each batch size. */
interface BySize<V> {
  at(size: number): V;
  /** The sizes that have been computed. */
  known(): readonly number[];
}

function bySize<V>(compute: (size: number) => V): BySize<V> {
  const values = new Map<number, V>();
  return {
    at(size) {
      const found = values.get(size);
      if (found !== undefined) return found;
      const value = compute(size);
      values.set(size, value);
      return value;
    },
    known: () => [...values.keys()],
  };
}

/** Keeps what was computed last only: a network with all its shapes is large. */
function latest<V>(compute: (size: number) => V): (size: number) => V {
  let last: { readonly size: number; readonly value: V } | undefined;
  return (size) => {
    if (last?.size !== size) last = { size, value: compute(size) };
    return last.value;
  };
}

/** Both ends and the powers of two between them. */
function sampleSizes([from, to]: readonly [number, number]): number[] {
  const sizes = new Set([from]);
  for (let size = 1; size < to; size *= 2) if (size > from) sizes.add(size);
  return [...sizes.add(to)];
}

/** Those of a list that can be trained, each once, in order. */
const listed = (sizes: readonly number[], [from]: readonly [number, number]): number[] =>
  [...new Set(sizes)].filter((size) => size >= from).sort((a, b) => a - b);

function verdict(size: number, { safe, possible }: Largest): BatchTime['fits'] {
  if (size <= safe) return 'yes';
  return size <= possible ? 'maybe' : 'no';
}

function batchMemory(batch: number, training: TrainingMemory, inference: InferenceMemory): BatchMemory {
  return {
    batch,
    trainingBytes: training.peakBytes,
    trainingDeviceBytes: [training.deviceBytes.low, training.deviceBytes.high],
    trainingDeviceLikely: training.deviceBytes.likely,
    inferenceBytes: inference.peakBytes,
    inferenceDeviceBytes: [inference.deviceBytes.low, inference.deviceBytes.high],
    inferenceDeviceLikely: inference.deviceBytes.likely,
  };
}

function compareAll(
  devices: readonly Device[],
  fits: readonly DeviceFit[],
  range: readonly [number, number],
  time: ReturnType<typeof timeModel>,
): Comparison[] {
  const runnable = devices.flatMap((device, i) => {
    const largest = fits[i]!.training.possible;
    return device.speed && largest > 0 ? [{ name: device.name, speed: device.speed, largest }] : [];
  });
  return runnable.flatMap((a, i) =>
    runnable.slice(i + 1).map((b): Comparison => {
      const atBatch = Math.min(a.largest, b.largest);
      const rate = (device: (typeof runnable)[number], size: number) =>
        time.training(size, device.speed).examplesPerSecond;
      const [faster, slower] = rate(a, atBatch) >= rate(b, atBatch) ? [a, b] : [b, a];
      const best = rate(slower, slower.largest);
      return {
        faster: faster.name,
        slower: slower.name,
        ratio: rate(faster, atBatch) / rate(slower, atBatch),
        atBatch,
        fasterLosesUpTo: largestWithin([range[0], faster.largest], 0, (size) =>
          rate(faster, size) < best ? 0 : 1,
        ),
        slowerBestBatch: slower.largest,
      };
    }),
  );
}
