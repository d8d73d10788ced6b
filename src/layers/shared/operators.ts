import type { Layout, Strides } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';

/** What one element of a tensor is stored as. */
export type ElementType = 'float32' | 'float16' | 'bfloat16' | 'int64' | 'bool';

/** A tensor of the simulated run. Layers pass it on; only the simulator looks inside. */
export interface Value extends Layout {
  readonly type: ElementType;
}

/**
 * What an operator's backward pass hands to one of its inputs:
 * - `new`: a tensor of its own, of the input's shape;
 * - `incoming`: the incoming gradient itself (sums; summed into a new one where shapes broadcast);
 * - `view`: the incoming gradient in the input's shape, copied only where it does not lie as that needs;
 * - `slice`: a part of the incoming gradient (of a concatenation);
 * - `product`: a tensor of the output's shape, summed down where the input was broadcast (element-wise products);
 * - `none`: the input is not differentiable here;
 * - strides: a tensor of its own that lies so, whatever the input does;
 * - axes: a view of the incoming gradient with its axes in that order;
 * - spread: the incoming gradient seen again and again along these axes of the input (of a sum).
 */
export type GradientKind =
  'new' | 'incoming' | 'view' | 'slice' | 'product' | 'none' | Reordered | SpreadOver | Laid;

export interface Reordered {
  /** For each axis of the input's gradient the axis of the incoming one. */
  readonly axes: readonly number[];
}

export interface Laid {
  readonly strides: Strides;
}

export interface SpreadOver {
  readonly spread: readonly number[];
  /** What is seen is multiplied into a tensor of its own (of a mean). */
  readonly scaled: boolean;
}

/** A further tensor that an operator gives beside its result: pooling indices, a dropout mask, batch statistics. */
export interface Byproduct {
  readonly shape: Shape;
  readonly type?: ElementType;
  /** Not made at all unless a gradient is needed: a copy of what the operator overwrites. */
  readonly onlyForBackward?: true;
  /** Likewise, unless this input needs a gradient. */
  readonly neededFor?: Value;
}

/** A tensor that is live while a gradient is computed; of the result's type where it has none of its own. */
export type Scratch = Shape | { readonly shape: Shape; readonly type: ElementType };

/** A tensor that is kept only if `neededFor` needs a gradient. */
export interface ConditionalSave {
  readonly value: Value;
  readonly neededFor: Value;
}

/** Another shape on the storage of `viewOf`. */
export interface View extends Layout {
  readonly viewOf: Value;
  /** Autograd does not know that it is a view, so that overwriting it takes no detour by the original. */
  readonly unsafe?: true;
}

export interface Convolution {
  readonly groups: number;
  /** Pixels of the window. */
  readonly taps: number;
}

/** One ATen operator as far as memory is concerned. Source of what is kept: PyTorch's derivatives.yaml. */
export interface Operator {
  /** Everything that may need a gradient, weights included. */
  readonly inputs: readonly Value[];
  /** The result: a new tensor of this shape, a view, or `overwrites` changed. */
  readonly output: Shape | View | { readonly overwrites: Value };
  /** Further results of `runAll`, each with a gradient of its own. */
  readonly others?: readonly (Byproduct | View)[];
  /**
   * How new results lie. Left out, as the first input does where they have its shape, or channels last where images
   * come in so. `elementwise` weighs all inputs, as a kernel over their elements does.
   */
  readonly layout?: 'contiguous' | 'elementwise' | Strides;
  /** Tensors kept for the backward pass; `others` are all results after the first. */
  readonly saves?: readonly (Value | ConditionalSave | 'result' | 'others')[];
  /** Allocated with the result and kept for the backward pass; freed at once when no gradient is needed. */
  readonly byproducts?: readonly Byproduct[];
  /** Element type of the result; the widest of the inputs' when left out. */
  readonly resultType?: ElementType;
  /** For each input; `new` for all when left out. */
  readonly gradients?: readonly GradientKind[];
  /** For each input, what is live while its gradient is computed; the last input's gradient comes first. */
  readonly backwardScratch?: readonly (readonly Scratch[])[];
  /** What decides the kernels of a convolution, on its first input. */
  readonly convolution?: Convolution;
  /**
   * What autocast does to it: `lower` runs in the low precision (convolutions, matrix products), `float32` in full
   * (norms of groups and layers, powers, losses, resizing), `float32Result` reads what comes in and writes in full
   * (softmax, whose kernel widens as it reads). In the types that come in when left out.
   * Source: the lists of CUDA's operators in ATen/autocast_mode.h.
   */
  readonly autocast?: 'lower' | 'float32' | 'float32Result';
}

/** Runs operators one after the other; a layer kind's `execute` is written against it as a PyTorch forward is. */
export interface Operators {
  /** False in `eval()`: dropout and stochastic depth do nothing, batch-norm uses its running statistics. */
  readonly training: boolean;
  /** The type of the network's floats. */
  readonly floats: ElementType;
  run(operator: Operator): Value;
  /** The same for an operator of several results. */
  runAll(operator: Operator): readonly [Value, ...Value[]];
  /** PyTorch's `requires_grad`. */
  needsGradient(value: Value): boolean;
  /** Another variable for a value: it is released by both. */
  retain(value: Value): Value;
  /** A value as autocast hands it to what runs in low precision: another variable for it, or for a copy. */
  lower(value: Value): Value;
  /** Drops an intermediate result, as a Python variable that is overwritten does. */
  release(value: Value): void;
}
