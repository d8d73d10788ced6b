import type { Shape } from '../../core/shape.ts';
import type { Layout } from '../../core/layout.ts';
import type { ElementType, GradientKind, Value } from '../../layers/shared/operators.ts';
import type { Storage } from './storage.ts';

/** A tensor of the simulated run: a shape on a storage, and the node that will bring its gradient. */
export interface Tensor extends Value {
  readonly shape: Shape;
  readonly type: ElementType;
  readonly storage: Storage;
  /** As asked for; of a view what its shape would take. */
  readonly bytes: number;
  /** Undefined when no gradient is needed. An operator that overwrites the tensor puts its own node here. */
  source: BackwardNode | undefined;
  /** Which of the results of `source` it is. */
  slot: number;
  /** The tensor that this one is a view of. */
  readonly base: Tensor | undefined;
  /** Variables and views that hold the tensor; with the last of them its hold on `source` goes. */
  holders: number;
}

/** A gradient on its way from node to node. */
export interface Gradient extends Layout {
  readonly storage: Storage;
  /** Its own, which a slice of a larger storage has fewer of. */
  readonly bytes: number;
  /** A view keeps the tensor that it looks into alive, so that nobody may add to it in place. */
  readonly view: boolean;
}

/**
 * What a backward node hands to one input: to which node, and how much memory it takes. Its layout is the input's
 * shape, and how a gradient of its own lies.
 */
export interface Edge extends Layout {
  readonly to: BackwardNode;
  /** Which of its results gets the gradient. */
  readonly slot: number;
  /** Such a gradient is computed element by element, and lies as the incoming one does. */
  readonly follows: boolean;
  /** `strided` is a view of a copy. */
  readonly gradient: GradientKind | 'strided';
  /** Bytes of the input's gradient. */
  readonly bytes: number;
  /** Where the formula gives another type than the input's: what is computed, before it is cast. */
  readonly computed: Computed | undefined;
  /** Live while this gradient is computed, in bytes. */
  readonly scratch: readonly number[];
  /** Operands that cuDNN may transform for this gradient, in bytes; undefined for what is none of its operators. */
  readonly workspace: number | undefined;
  /** Goes to the tensor that an overwritten view looks into. */
  readonly toBase: boolean;
}

/** A gradient as its formula gives it, in a type that is not the input's: wider, say, than an input that met a wider one. */
export interface Computed {
  /** Bytes of a product, which has the result's shape. */
  readonly product: number;
  /** Bytes in the input's shape. */
  readonly summed: number;
}

/** A node of the autograd graph, made by one operator; its layout and bytes are those of the first result. */
export interface BackwardNode extends Result {
  /** Order of creation; among nodes that are ready the latest runs first. */
  readonly sequence: number;
  readonly path: string;
  readonly edges: readonly Edge[];
  /** The view that its operator overwrote, which in backward means copies; the node's own result is the whole tensor. */
  readonly overwroteView: Result | undefined;
  /** The results after the first. */
  readonly others: readonly Result[];
  /** Kept until the node has run. */
  saved: readonly Storage[];
  /** How many overwritings there had been when they were saved: a later one of them spoils the node. */
  savedAt: number;
  /** Tensors whose gradient comes to it, and later nodes that hand it theirs. Without any, no backward pass reaches it. */
  holders: number;
  /** Nothing can reach it any more, and what it kept is free. */
  unreachable: boolean;
  /** Gradients that have not arrived yet; counted when the backward pass starts. */
  waiting: number;
  /** What has arrived for the first result: the sum so far. */
  incoming: Gradient | undefined;
  /** For the results after it. */
  readonly incomingOthers: (Gradient | undefined)[];
  /** For a weight: where its gradient stays. */
  readonly leaf: Leaf | undefined;
  /** Computes the saved tensors again, before they are needed. */
  recompute: (() => void) | undefined;
  /** Called when the node has run, or when it is known that it never will. */
  afterwards: (() => void) | undefined;
}

/** What an operator gave, as far as its gradient needs it. */
export interface Result extends Layout {
  readonly bytes: number;
}

/** A learnable tensor and its gradient. */
export interface Leaf {
  readonly weight: Storage;
  gradient: Storage | undefined;
}
