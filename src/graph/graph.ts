import type { Origin } from '../core/origin.ts';
import type { Shape } from '../core/shape.ts';
import type { TensorType } from '../core/tensor-type.ts';

/** A tensor that goes into the network. */
export interface GraphInput {
  /** `input` unless the network's author named it. Nodes refer to it as `@input`, `@ids`, … */
  readonly name: string;
  /** Of one example: the batch, its first axis, is left out. What the network was made for. */
  readonly shape: Shape;
  readonly type: TensorType;
}

export const inputReference = ({ name }: Pick<GraphInput, 'name'>): string => `@${name}`;

/** The one input of most networks. */
export const onlyInput = (shape: Shape): readonly [GraphInput] => [{ name: 'input', shape, type: 'float' }];

/** A result of a node as later nodes refer to it: `path` the first, `path:1` the second. */
export const resultReference = (path: string, index: number): string =>
  index === 0 ? path : `${path}:${index}`;

/** The path of the node that gives a result; of an input its own reference. */
export function producerOf(reference: string): string {
  const colon = reference.lastIndexOf(':');
  return colon === -1 ? reference : reference.slice(0, colon);
}

/** Which of its producer's results a reference means. */
export function resultIndex(reference: string): number {
  const colon = reference.lastIndexOf(':');
  return colon === -1 ? 0 : Number(reference.slice(colon + 1));
}

/** One application of a layer. */
export interface GraphNode {
  /** Unique, dotted: `block1.conv1`, `features.3`. */
  readonly path: string;
  /** Key into the layer registry. */
  readonly kind: string;
  /** Parsed by the layer kind's attribute schema: defaults filled in, pairs spelled out. */
  readonly attributes: object;
  /** Results of earlier nodes, `path` or `path:1`, or inputs as `@name`. */
  readonly inputs: readonly string[];
  /** Path of an earlier node whose weights this one uses; they are counted once, there. */
  readonly sharesWeightsOf?: string;
  /** Tensors of its kind that it does not have, by name: an ONNX file counts no batches of a batch-norm. */
  readonly without?: readonly string[];
  /** Runs in training and not at inference, as an auxiliary head does. */
  readonly trainingOnly?: true;
  /** Its weights are not learned: PyTorch's `requires_grad=False`. Those that it shares are then not learned either. */
  readonly frozen?: true;
  /** It stays in `eval()` while the network trains: a batch-norm takes its running statistics and leaves them. */
  readonly inEval?: true;
  /** Path of a later node: until that has run, a variable of the original's code holds the output. */
  readonly heldUntil?: string;
  /** Its output width is the number of classes, so that thinning must leave it alone. */
  readonly givesClasses?: true;
  readonly origin?: Origin;
}

/**
 * A network before it meets an input size: nodes in topological order.
 * A chain is a graph in which each node names the one before it.
 */
export interface Graph {
  readonly name: string;
  /** `d2l`, `torchvision`, `paper`, `spec`, `onnx` or `command line`. */
  readonly source: string;
  /** The first is the main one. */
  readonly inputs: readonly [GraphInput, ...GraphInput[]];
  readonly nodes: readonly GraphNode[];
  /** The results of nodes that are the network's; the first is the main one. */
  readonly outputs: readonly string[];
  /** The batch that it was made for, where its sizes contain it; 1 when left out. */
  readonly batch?: number;
  /** Of a network from a file with its weights: the bytes that these take there, by their type. */
  readonly stored?: Readonly<Record<string, number>>;
  /**
   * Of a thinned network whose structure depends on its channels: the depth of the one that comes out when they are
   * divided before it is built.
   */
  readonly dividedFirst?: { readonly ratio: number; readonly weightLayers: number };
}
