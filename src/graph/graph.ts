import type { Origin } from '../core/origin.ts';

/** The name by which a node refers to the graph's input. */
export const INPUT = '@input';

/** One application of a layer. */
export interface GraphNode {
  /** Unique, dotted: `block1.conv1`, `features.3`. */
  readonly path: string;
  /** Key into the layer registry. */
  readonly kind: string;
  /** Parsed by the layer kind's attribute schema: defaults filled in, pairs spelled out. */
  readonly attributes: object;
  /** Paths of earlier nodes, or `INPUT`. */
  readonly inputs: readonly string[];
  /** Path of an earlier node whose weights this one uses; they are counted once, there. */
  readonly sharesWeightsOf?: string;
  /** Runs in training and not at inference, as an auxiliary head does. */
  readonly trainingOnly?: true;
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
  /** `d2l`, `torchvision`, `paper`, `spec` or `command line`. */
  readonly source: string;
  /** Channels, height and width that the network was made for. */
  readonly defaultInput: readonly [channels: number, height: number, width: number];
  readonly nodes: readonly GraphNode[];
  /** Paths of the nodes whose outputs are the network's; the first is the main one. */
  readonly outputs: readonly string[];
  /**
   * Of a thinned network whose structure depends on its channels: the depth of the one that comes out when they are
   * divided before it is built.
   */
  readonly dividedFirst?: { readonly ratio: number; readonly weightLayers: number };
}
