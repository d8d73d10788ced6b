import type { Shape } from '../../../../core/shape.ts';
import type { Window } from '../../window.ts';

/**
 * A convolution and its two gradients. They are written as the operators that onnxruntime's CPU provider runs
 * fastest, found by measuring: see bench/train.
 */
export interface Convolution {
  readonly window: Window;
  readonly groups: number;
}

/** What a convolution reads, its filters, and what it gives. */
export interface Sizes {
  readonly images: Shape;
  readonly filters: Shape;
  readonly output: Shape;
}
