import type { Shape } from '../../core/shape.ts';

/** The law by which a training draws the first values of a weight, the same on every engine. */
export type Initialization =
  | { readonly law: 'constant'; readonly value: number }
  /** The numbers themselves, row after row; one stands for all. */
  | { readonly law: 'values'; readonly values: readonly number[] }
  /** Uniform in [−bound, bound), or as far around another value. */
  | { readonly law: 'uniform'; readonly bound: number; readonly around?: number };

/** One tensor that a kind declares under PyTorch's name: learnable, or a buffer such as a running mean. */
export interface Weight {
  readonly shape: Shape;
  /** The law by which a training draws its first values. */
  readonly init: Initialization;
  /** Buffers are saved with the network but not learned. */
  readonly buffer?: true;
  /** int64 instead of the network's dtype (batch-norm's step counter). */
  readonly integer?: true;
  /** Truth values, of a byte each (a mask). */
  readonly bool?: true;
}
