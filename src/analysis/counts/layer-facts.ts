import type { Shape } from '../../core/shape.ts';
import type { Family } from '../../layers/layer.ts';
import type { Window } from '../../layers/shared/window.ts';

/** A tensor of a layer. */
export interface WeightFacts {
  readonly name: string;
  readonly shape: Shape;
  /** Saved with the network but not learned by any training. */
  readonly buffer?: true;
  /** Left out for the network's own type. */
  readonly dtype?: 'int64' | 'bool';
  /** A parameter that this network does not learn. */
  readonly frozen?: true;
}

/** One layer: its place, its shapes and its counts, without what takes a walk through the whole network. */
export interface LayerFacts {
  readonly path: string;
  readonly kind: string;
  readonly family: Family;
  /** Paths of the producers; `@input` is the network's input. */
  readonly inputs: readonly string[];
  /** PyTorch's argument names, defaults filled in. */
  readonly attributes: object;
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** The sliding window of convolutions and pools, padding spelled out; sizes in pixels. */
  readonly window?: Window;
  /** Tensors that the layer uses. Empty shapes are scalars. */
  readonly weights: readonly WeightFacts[];
  /** Learnable scalars; 0 when the weights are another layer's. */
  readonly params: number;
  /** Those of them that are not frozen. */
  readonly trainableParams: number;
  /** Scalars that are saved but not learned, such as running means. */
  readonly buffers: number;
  /** Multiply-accumulates of one inference pass over the batch, bias excluded. */
  readonly macs: number;
  /** 2 × MACs + element-wise operations of one inference pass. */
  readonly flops: number;
  /** Multiply-accumulates of the backward pass: weight gradient, and input gradient where one is needed. */
  readonly backwardMacs: number;
  /** The layer whose weights this one uses. */
  readonly sharesWeightsOf?: string;
  /** The layer runs only in training: no MACs at inference. */
  readonly trainingOnly?: true;
}
