import type { ResolvedGraph } from '../../graph/resolve.ts';
import type { Shape } from '../../core/shape.ts';
import type { Batch } from '../data/batches.ts';
import type { OptimizerSettings } from '../../optimizers/registry.ts';
import type { Weights } from '../weights.ts';

/** Whether an engine can run here. */
export type Availability =
  | {
      readonly available: true;
      /** What it runs on: `Apple M3`, `CPU`. */
      readonly device: string;
      /** Name and version of the libraries behind it. */
      readonly backend: string;
      /** The device is emulated: slower than any other engine, of use for checking only. */
      readonly software?: true;
    }
  | {
      readonly available: false;
      /** Why not, and how to fix it, in one line. */
      readonly reason: string;
    };

/** A form in which trained networks are saved. Engines that share one read what the others wrote. */
export interface SavedNetworks {
  /** Whether a file or folder is one of these. */
  owns(path: string): boolean;
}

/** Something that trains networks. One engine, one file; nothing outside it knows what it is made of. */
export interface Engine<Name extends string = string> {
  readonly name: Name;
  /** Its place among those that `auto` tries, the lowest first; one without is never picked. */
  readonly rank?: number;
  /** It computes on a GPU, which is not always the fastest for a small network. */
  readonly gpu?: true;
  /** Where it can be told to run; the first when nothing is said. Left out where there is no choice. */
  readonly devices?: readonly string[];
  /** What it writes with `save` and reads with `load`. */
  readonly saves: SavedNetworks;
  /** Loads what the engine needs on one of its devices; never throws. */
  probe(device?: string): Promise<Availability>;
  /**
   * Makes the network ready to train.
   * Throws `not-in-keras` or its kin for a layer that the engine cannot express, with the layer's path.
   */
  build(network: ResolvedGraph, options: BuildOptions): Promise<Trainer>;
}

export interface BuildOptions {
  /** Makes the weights to start with; an engine copies them, and nobody needs to hold them on. */
  readonly weights: () => Weights;
  readonly optimizer: OptimizerSettings;
  /** Dropout masks follow from it and from the step. */
  readonly seed: number;
  readonly batch: number;
  /** One of the engine's. */
  readonly device?: string | undefined;
  /**
   * Examples that pass through the network at once; a larger batch is cut and its gradients are added. Left out: the
   * whole batch, or as much of it as fits the engine's memory where that changes no result.
   */
  readonly microBatch?: number | undefined;
}

/** Sums over the examples of one batch. */
export interface Metrics {
  readonly count: number;
  /** Sum of the examples' losses. */
  readonly loss: number;
  readonly correct: number;
}

/** What an engine finds when it looks at its own network. */
export interface Observation {
  /** Learnable scalars. */
  readonly params: number;
  /** Scalars that are kept but not learned: buffers and frozen weights. */
  readonly buffers: number;
  /** Of each tensor that is learned. */
  readonly parameterBytes: readonly number[];
  /** The shape that each layer really gives for a batch of `batch`, ours first: N×C×H×W. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly batch: number;
}

/** Bytes of tensors that the engine really held in one step. */
export interface MemoryObservation {
  /** Examples that passed through at once. */
  readonly microBatch: number;
  readonly weights: number;
  /** Live when the loss has been computed. */
  readonly endOfForward: number;
  readonly peak: number;
}

/** Bytes that the engine's own model predicts for one step, beside weights and optimizer state. */
export interface MemoryPrediction {
  /** Which model predicts them, in a line. */
  readonly model: string;
  /** Kept between steps, as room for gradients; a part of `weights` in what is observed. */
  readonly kept: number;
  /** More than between steps, when the loss has been computed. */
  readonly endOfForward: number;
  readonly peak: number;
}

/** A network being trained. All state that a checkpoint needs goes through `state` and `restore`. */
export interface Trainer {
  readonly microBatch: number;
  /** One optimizer step. `number` counts all steps from 0 on. */
  step(batch: Batch, number: number): Promise<Metrics>;
  /** Loss and hits without training: no dropout, running statistics. */
  evaluate(batch: Batch): Promise<Metrics>;
  observe(batch: number): Promise<Observation>;
  /** The memory of one step's forward and backward pass, nothing changed by it. */
  observeMemory(batch: Batch): Promise<MemoryObservation>;
  predictMemory(): MemoryPrediction;
  /** Weights and buffers by name, and the optimizer's tensors as `exp_avg/block1.conv1.weight`. */
  state(): Promise<Weights>;
  restore(state: Weights): Promise<void>;
  /** Bytes of tensors that the engine holds now. */
  memory(): number;
  /** Writes the network in the engine's own format into a folder. */
  save(folder: string): Promise<void>;
  /** Takes over the weights of a network saved so. Throws `cannot-load` where it is missing or another network. */
  load(folder: string): Promise<void>;
  dispose(): void;
}
