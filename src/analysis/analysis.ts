import type { Dtype } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import type { Warning } from '../core/warning.ts';
import type { Counted } from './conventions/counted.ts';
import type { LedgerRow } from './conventions/ledger.ts';
import type { Convention } from './counts/convention.ts';
import type { LayerFacts } from './counts/layer-facts.ts';
import type { Totals } from './counts/totals.ts';
import type { MemoryAnalysis } from './memory/analyze-memory.ts';
import type { DeviceTime } from './time/device-times.ts';

/** Everything that `inspect` finds out about a network. Plain data; the same object as `--json` prints. */
export interface Analysis {
  readonly schemaVersion: 1;
  readonly model: ModelInfo;
  /** The main one. */
  readonly input: { readonly shape: Shape; readonly dtype: Dtype };
  readonly inputs: readonly NamedTensor[];
  /** The main one first. */
  readonly outputs: readonly Omit<NamedTensor, 'dtype'>[];
  /** In topological order. */
  readonly layers: readonly LayerAnalysis[];
  readonly totals: Totals;
  /** On PyTorch, by simulation of every storage. */
  readonly memory: MemoryAnalysis;
  /** Lower bounds of the time on the devices that were asked for. */
  readonly time?: readonly DeviceTime[];
  readonly convention: Convention;
  /** The same network as another convention counts it, where one was asked for. */
  readonly counted?: Counted;
  /** Every convention beside the default, where all were asked for. */
  readonly ledger?: readonly LedgerRow[];
  readonly warnings: readonly Warning[];
}

/** A tensor that goes into the network or comes out of it. */
export interface NamedTensor {
  /** Of an output: the path of its layer. */
  readonly name: string;
  /** Batch first. */
  readonly shape: Shape;
  readonly dtype: Dtype | 'int64' | 'bool';
}

export interface ModelInfo {
  readonly name: string;
  /** `d2l`, `torchvision`, `paper`, `spec`, `onnx` or `command line`. */
  readonly source: string;
  /**
   * Depth as the field counts it: the most convolutions and fully connected layers on any way from input to output.
   * 11 for VGG-11, 18 for ResNet-18 (projection shortcuts lie beside the main path), 22 for GoogLeNet.
   */
  readonly weightLayers: number;
  /** Of a network from a file with its weights: the bytes that these take there, by their type. */
  readonly storedBytes?: Readonly<Record<string, number>>;
}

/** A layer with what only the whole network tells of it. */
export interface LayerAnalysis extends LayerFacts {
  /** What the layer's tensors that are kept for the backward pass take at the end of the forward pass, in bytes. */
  readonly savedBytes: number;
  /** Side of the input patch that one output sees, in pixels; null from the first layer that sees everything. */
  readonly receptiveField: readonly number[] | null;
}
