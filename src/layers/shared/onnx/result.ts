import type { Tensor } from '../../../onnx/graph.ts';
import type { Each, Inputs, One } from '../inputs.ts';

/** The product of two matrices, left yet unwritten so that an update can be computed in the same operator. */
export interface TransposedProduct {
  /** K×M; its transpose is the left factor. */
  readonly transposed: Tensor;
  /** K×N. */
  readonly by: Tensor;
}

export type WeightGradient = Tensor | TransposedProduct;

/** What a layer's backward pass gives. */
export interface Gradients<I extends Inputs = One> {
  /** In the order of the inputs; undefined where `needed` was false. */
  readonly inputs: Each<I, Tensor | undefined>;
  /** By PyTorch's name. */
  readonly weights?: Readonly<Record<string, WeightGradient>>;
}

/** A layer written down. */
export interface OnnxResult<I extends Inputs = One> {
  readonly output: Tensor;
  /** The results after the first. */
  readonly others?: readonly Tensor[];
  /** New values of buffers, by PyTorch's name. */
  readonly buffers?: Readonly<Record<string, Tensor>>;
  /** What it gives for one example depends on the others of the batch, which cannot be trained in parts. */
  readonly mixesBatch?: true;
  /**
   * Writes the backward pass: the gradients of the inputs that are `needed` and of all weights, from that of the
   * output, and of the results after it. A kind without it can be run and not trained.
   */
  backward?(gradient: Tensor, needed: Each<I, boolean>, others: readonly Tensor[]): Gradients<I>;
}

/** A layer of one input whose gradient needs no weights of its own. */
export interface Differentiated extends OnnxResult {
  backward(gradient: Tensor): { readonly inputs: readonly [Tensor] };
}
