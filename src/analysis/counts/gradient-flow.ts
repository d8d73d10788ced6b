import { producerOf, resultReference } from '../../graph/graph.ts';
import { isLearned } from '../../graph/parameters.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';

/** What the backward pass of a training step computes for one layer. */
export interface GradientFlow {
  /** The gradient of what comes in: something before the layer learns. */
  readonly input: boolean;
  /** The gradients of its own weights. */
  readonly weights: boolean;
}

const NONE: GradientFlow = { input: false, weights: false };

/**
 * By path, the gradients that a backward pass from the network's outputs computes: none in a layer that no output
 * depends on, and none of the inputs of layers with nothing learnable before them.
 */
export function gradientFlow(resolved: ResolvedGraph): ReadonlyMap<string, GradientFlow> {
  const read = readByOutputs(resolved);
  const needing = new Set<string>();
  const flow = new Map<string, GradientFlow>();
  for (const { node, weights, types } of resolved.nodes) {
    const learns = weights.some(isLearned);
    const input = node.inputs.some((reference) => needing.has(reference));
    // Integers have no gradient.
    if (learns || input)
      types.forEach((type, i) => type === 'float' && needing.add(resultReference(node.path, i)));
    flow.set(node.path, read.has(node.path) ? { input, weights: learns } : NONE);
  }
  return flow;
}

/** The paths of the layers that some output of the network depends on, outputs included. */
export function readByOutputs({ graph, nodes }: ResolvedGraph): ReadonlySet<string> {
  const read = new Set(graph.outputs.map(producerOf));
  for (const { node } of nodes.toReversed()) {
    if (read.has(node.path)) for (const reference of node.inputs) read.add(producerOf(reference));
  }
  return read;
}
