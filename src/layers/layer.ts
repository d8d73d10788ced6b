import type * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import type { TensorType } from '../core/tensor-type.ts';
import type { KerasLayer } from './shared/keras.ts';
import type { Arity, Each, Inputs, One } from './shared/inputs.ts';
import type { Operators, Value } from './shared/operators.ts';
import type { Weight } from './shared/weight.ts';
import type { View, Window } from './shared/window.ts';
import type { OnnxResult } from './shared/onnx/result.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';

/** What a layer is for; `--only` and the tables group by it. */
export type Family =
  'conv' | 'linear' | 'activation' | 'pool' | 'norm' | 'dropout' | 'reshape' | 'join' | 'resize';

/** A tensor of a layer of a network. */
export interface WeightSpec extends Weight {
  /** PyTorch's name: `weight`, `bias`, `running_mean`; empty for a tensor that is the layer itself. */
  readonly name: string;
  /** Its network does not learn it: PyTorch's `requires_grad=False`. */
  readonly frozen?: true;
}

/** The tensors of a kind by PyTorch's name and in its order; undefined where the attributes leave one out. */
export type Weights = Readonly<Record<string, Weight | undefined>>;

/** Of a kind that has none. */
export type NoWeights = Readonly<Record<never, never>>;

/** The same names with a `T` for each tensor that is there. */
export type ByWeight<W extends Weights, T> = {
  readonly [name in keyof W]: undefined extends W[name] ? T | undefined : T;
};

/** A layer about to be applied: its attributes and the shapes that come in. */
export interface Call<A, I extends Inputs = One> {
  readonly attributes: A;
  readonly inputs: Each<I, Shape>;
}

/** A layer applied: the call and the shape that goes out. */
export interface Applied<A, I extends Inputs = One> extends Call<A, I> {
  readonly output: Shape;
}

/** A layer about to be computed with inputs and weights that are `T`s; `output` is the shape that `shape` gave. */
export interface Computation<T, A, I extends Inputs = One, W extends Weights = NoWeights> {
  readonly attributes: A;
  readonly inputs: Each<I, T>;
  readonly weights: ByWeight<W, T>;
  readonly output: Shape;
}
/** A layer about to run in the simulator. */
export type Execution<A, I extends Inputs = One, W extends Weights = NoWeights> = Computation<Value, A, I, W>;
/** A layer about to be written into an ONNX graph. */
export type OnnxCall<A, I extends Inputs = One, W extends Weights = NoWeights> = Computation<Tensor, A, I, W>;

/** Any zod schema of an object with PyTorch's argument names. */
export type AttributesSchema = z.ZodMiniType<object, object>;
export type Attributes<S extends AttributesSchema> = z.output<S>;
export type AttributesInput<S extends AttributesSchema> = z.input<S>;

/**
 * All that is known about one kind of layer. One kind, one file; nothing outside `layers/` switches on a kind.
 * Counts are for the whole batch, exact integers; they throw `too-large` beyond 2^53.
 *
 * Typed by its attributes, by how many inputs it takes and by the weights that it declares; a plain `LayerKind` is any
 * of them, as the registry holds them and the graph applies them. Its functions are methods, whose parameters
 * TypeScript compares in both directions, so that each kind is one: `resolve` checks the number of inputs before it
 * calls any, the attributes come out of the kind's own schema, the weights out of its own `weights`.
 */
export interface LayerKind<
  S extends AttributesSchema = AttributesSchema,
  I extends Inputs = Inputs,
  W extends Weights = Weights,
  A = Attributes<S>,
> {
  /** Name in specs and JSON: `conv2d`. */
  readonly kind: string;
  readonly family: Family;
  /** Stem of the name that a spec's unnamed layer gets: `conv` gives `conv1`, `conv2`, … */
  readonly stem: string;
  /** PyTorch's argument names and defaults. */
  readonly attributes: S;
  /** How many tensors it takes: one when left out. */
  readonly takes?: Arity<I>;
  /** What each of them holds; floats when left out, and of further ones as of the last. */
  readonly takesTypes?: 'any' | readonly TensorType[];
  /** What each result holds; what the first input does when left out, and floats where there is none. */
  givesTypes?(attributes: A): readonly TensorType[];

  /** Output shape; throws a VggError when the inputs do not fit. Source: the PyTorch documentation of the class. */
  shape(call: Call<A, NoInfer<I>>): Shape;
  /** Shapes of the results after the first, for a kind that gives several. */
  others?(call: Call<A, NoInfer<I>>): readonly Shape[];
  /** Learnable tensors and buffers. None when left out. */
  weights?(call: Call<A, NoInfer<I>>): W;
  /** Multiplications of convolutions and matrix products, bias excluded. 0 when left out. */
  macs?(applied: Applied<A, NoInfer<I>>): number;
  /**
   * Of products of the inputs with each other: how many times `macs` the backward pass multiplies, by which inputs need
   * a gradient. Once for any input when left out.
   */
  gradientProducts?(needed: readonly boolean[]): number;
  /** Floating-point operations that are not multiply-accumulates, at inference. 0 when left out. */
  elementwise?(applied: Applied<A, NoInfer<I>>): number;
  /** The sliding window, for kinds that have one: kernel, stride, padding and dilation in pixels. */
  window?(call: Call<A, NoInfer<I>>): Window;
  /** What an output sees of the input, for kinds that enlarge. By the window when left out. */
  view?(call: Call<A, NoInfer<I>>): View;
  /** True for layers every output of which sees the whole image, so that a receptive field ends there. */
  readonly global?: true;
  /**
   * Which size in its attributes may be -1, so that it fits any batch: any one, what is left; or the first, the batch
   * of a second input. None when left out.
   */
  readonly openSize?: 'any' | 'batch of the second input';
  /** For an operator of a file of which only the shapes are known: its name, and whether it only moves elements. */
  foreign?(attributes: A): { readonly operator: string; readonly moves: boolean };
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
  execute(
    operators: Operators,
    execution: Execution<A, NoInfer<I>, NoInfer<W>>,
  ): Value | readonly [Value, ...Value[]];
  /**
   * The layer as a chain of Keras layers that computes exactly the same, the first of which takes the inputs.
   * Throws `not-in-keras` for arguments that Keras cannot express; a kind without it cannot be expressed at all.
   */
  keras?(applied: Applied<A, NoInfer<I>>): readonly KerasLayer[];
  /** Writes the layer into an ONNX graph, and gives what writes its backward pass. */
  onnx?(graph: OnnxGraph, call: OnnxCall<A, NoInfer<I>, NoInfer<W>>): OnnxResult<NoInfer<I>>;
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

/**
 * Declares a layer kind; the types of its attributes, inputs and weights are inferred from its schema, from `takes`
 * and from what `weights` returns, which therefore come before the functions that use them.
 */
export function defineLayer<
  S extends AttributesSchema,
  I extends Inputs = One,
  W extends Weights = NoWeights,
>(layer: LayerKind<S, I, W>): LayerKind<S, I, W> {
  return layer;
}
