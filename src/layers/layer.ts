import type * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import type { KerasLayer } from './shared/keras.ts';
import type { Execution, Operators, Value } from './shared/operators.ts';
import type { View, Window } from './shared/window.ts';
import type { OnnxCall, OnnxGraph, OnnxResult } from '../onnx/graph.ts';

/** What a layer is for; `--only` and the tables group by it. */
export type Family =
  'conv' | 'linear' | 'activation' | 'pool' | 'norm' | 'dropout' | 'reshape' | 'join' | 'resize';

/** One tensor that a layer owns: learnable, or a buffer such as a running mean. */
export interface WeightSpec {
  /** PyTorch's name: `weight`, `bias`, `running_mean`. */
  readonly name: string;
  readonly shape: Shape;
  /** Buffers are saved with the network but not learnt. */
  readonly buffer?: true;
  /** int64 instead of the network's dtype (batch-norm's step counter). */
  readonly integer?: true;
}

/** A layer about to be applied: its attributes and the shapes that come in. */
export interface Call<A> {
  readonly attributes: A;
  readonly inputs: readonly Shape[];
}

/** A layer applied: the call and the shape that goes out. */
export interface Applied<A> extends Call<A> {
  readonly output: Shape;
}

/** Any zod schema of an object with PyTorch's argument names. */
export type AttributesSchema = z.ZodMiniType<object, object>;
export type Attributes<S extends AttributesSchema> = z.output<S>;
export type AttributesInput<S extends AttributesSchema> = z.input<S>;

/**
 * All that is known about one kind of layer. One kind, one file; nothing outside `layers/` switches on a kind.
 * Counts are for the whole batch, exact integers; they throw `too-large` beyond 2^53.
 */
export interface LayerKind<S extends AttributesSchema = any, A = Attributes<S>> {
  /** Name in specs and JSON: `conv2d`. */
  readonly kind: string;
  readonly family: Family;
  /** Stem of the name that a spec's unnamed layer gets: `conv` gives `conv1`, `conv2`, … */
  readonly stem: string;
  /** PyTorch's argument names and defaults. */
  readonly attributes: S;
  /** How many tensors it takes: one unless it joins branches. */
  readonly joins?: true;

  /** Output shape; throws a VggError when the inputs do not fit. Source: the PyTorch documentation of the class. */
  shape(call: Call<A>): Shape;
  /** Learnable tensors and buffers, in PyTorch's order. None when left out. */
  weights?(call: Call<A>): readonly WeightSpec[];
  /** Multiplications of convolutions and matrix products, bias excluded. 0 when left out. */
  macs?(applied: Applied<A>): number;
  /** Floating-point operations that are not multiply-accumulates, at inference. 0 when left out. */
  elementwise?(applied: Applied<A>): number;
  /** The sliding window, for kinds that have one: kernel, stride, padding and dilation in pixels. */
  window?(call: Call<A>): Window;
  /** What an output sees of the input, for kinds that enlarge. By the window when left out. */
  view?(call: Call<A>): View;
  /** True for layers every output of which sees the whole image, so that a receptive field ends there. */
  readonly global?: boolean | ((call: Call<A>) => boolean);
  /** Each output is the largest of some of the inputs. */
  readonly takesMaxima?: true;
  /**
   * Each output is a function of one input that never decreases, and is flat wherever it makes unequal inputs equal: to
   * take maxima before it gives the same values and gradients as to take them after it.
   */
  readonly keepsMaxima?: true;
  /**
   * Runs the layer as PyTorch's eager mode does: which operators, and what each keeps for the backward pass.
   * Memory is simulated from this; what hands on its input returns that very value. Source: the PyTorch class's forward, and derivatives.yaml.
   */
  execute(operators: Operators, execution: Execution<A>): Value;
  /**
   * The layer as a chain of Keras layers that computes exactly the same, the first of which takes the inputs.
   * Throws `not-in-keras` for arguments that Keras cannot express; a kind without it cannot be expressed at all.
   */
  keras?(applied: Applied<A>): readonly KerasLayer[];
  /** Writes the layer into an ONNX graph, and gives what writes its backward pass. */
  onnx?(graph: OnnxGraph, call: OnnxCall<A>): OnnxResult;
  /**
   * The same layer in a network whose channels are divided by `ratio`; `inputThinned` says whether the channels
   * coming in were. Returns the new attributes and whether the channels going out are thinned.
   * Attributes unchanged and thinned as the input when left out.
   */
  thin?(attributes: A, thinning: Thinning): { attributes: A; thinned: boolean };
}

export interface Thinning {
  readonly ratio: number;
  readonly inputThinned: boolean;
  /** The layer gives the class scores: its output must stay. */
  readonly givesClasses: boolean;
}

/** Declares a layer kind with its attribute types inferred from the schema. */
export function defineLayer<S extends AttributesSchema>(layer: LayerKind<S>): LayerKind<S> {
  return layer;
}
