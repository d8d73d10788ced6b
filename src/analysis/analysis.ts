import type { Dtype } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import type { Family } from '../layers/layer.ts';
import type { Window } from '../layers/shared/window.ts';
import type { Counted } from './conventions/counted.ts';
import type { LedgerRow } from './conventions/ledger.ts';
import type { MemoryAnalysis } from './memory/analyse-memory.ts';
import type { StepTime } from './time/roofline.ts';

/** Everything that `inspect` finds out about a network. Plain data; the same object as `--json` prints. */
export interface Analysis {
  readonly schemaVersion: 1;
  readonly model: ModelInfo;
  readonly input: { readonly shape: Shape; readonly dtype: Dtype };
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

/** What a step of this batch takes at least on one device. Source of the rates: the device's data sheet. */
export interface DeviceTime {
  readonly device: string;
  readonly training: StepTime;
  readonly inference: StepTime;
}

export interface ModelInfo {
  readonly name: string;
  /** `d2l`, `torchvision`, `paper`, `spec` or `command line`. */
  readonly source: string;
  /**
   * Depth as the field counts it: the most convolutions and fully connected layers on any way from input to output.
   * 11 for VGG-11, 18 for ResNet-18 (projection shortcuts lie beside the main path), 22 for GoogLeNet.
   */
  readonly weightLayers: number;
}

export interface LayerAnalysis {
  readonly path: string;
  readonly kind: string;
  readonly family: Family;
  /** Paths of the producers; `@input` is the network's input. */
  readonly inputs: readonly string[];
  /** PyTorch's argument names, defaults filled in. */
  readonly attributes: object;
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** The sliding window of convolutions and pools, padding spelt out; sizes in pixels. */
  readonly window?: Window;
  /** Tensors that the layer uses. Empty shapes are scalars. */
  readonly weights: readonly { readonly name: string; readonly shape: Shape; readonly buffer?: true }[];
  /** Learnable scalars; 0 when the weights are another layer's. */
  readonly params: number;
  readonly trainableParams: number;
  /** Scalars that are saved but not learnt, such as running means. */
  readonly buffers: number;
  /** Multiply-accumulates of one inference pass over the batch, bias excluded. */
  readonly macs: number;
  /** 2 × MACs + element-wise operations of one inference pass. */
  readonly flops: number;
  /** Multiply-accumulates of the backward pass: weight gradient, and input gradient where one is needed. */
  readonly backwardMacs: number;
  /** What the layer's tensors that are kept for the backward pass take at the end of the forward pass, in bytes. */
  readonly savedBytes: number;
  /** Side of the input patch that one output sees, in pixels; null from the first layer that sees everything. */
  readonly receptiveField: readonly [height: number, width: number] | null;
  /** The layer whose weights this one uses. */
  readonly sharesWeightsOf?: string;
  /** The layer runs only in training: no MACs at inference. */
  readonly trainingOnly?: true;
}

export interface Totals {
  readonly params: number;
  readonly trainableParams: number;
  readonly buffers: number;
  readonly macs: number;
  readonly flops: number;
  readonly backwardMacs: number;
  /** Element-wise operations by layer kind; with 2 × MACs they add up to `flops`. */
  readonly elementwise: Readonly<Record<string, number>>;
  /** Elements of all layer outputs of one inference pass; outputs that share storage count once each. */
  readonly activations: number;
  /** Of the deepest feature map before the first layer that sees everything; null without one. */
  readonly receptiveField: readonly [height: number, width: number] | null;
}

/** The rule by which the numbers were counted, in words. */
export interface Convention {
  readonly name: string;
  readonly params: string;
  readonly macs: string;
  readonly flops: string;
  /** Layer kinds of this network that do work which is in no number, with the reason. */
  readonly notCounted: readonly string[];
}

export interface Warning {
  readonly code: string;
  readonly message: string;
}
