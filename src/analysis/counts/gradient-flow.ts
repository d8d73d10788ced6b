import { producerOf, resultReference } from '../../graph/graph.ts';
import { isLearned } from '../../graph/parameters.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';

/** What the backward pass of a training step computes for one layer. */
export interface GradientFlow {
  /** The gradient of what comes in: something before the layer learns. */
  readonly input: boolean;
  /** The gradients of its own weights. */
  readonly weights: boolean;
  /** How many times the forward pass's multiplications both take. */
  readonly products: number;
}

const NONE: GradientFlow = { input: false, weights: false, products: 0 };

/**
 * By path, the gradients that a backward pass from the network's outputs computes: none in a layer that no output
 * depends on, and none of the inputs of layers with nothing learnable before them.
 */
export function gradientFlow(resolved: ResolvedGraph): ReadonlyMap<string, GradientFlow> {
  const read = readByOutputs(resolved);
  const needing = new Set<string>();
  const flow = new Map<string, GradientFlow>();
  for (const { node, layer, weights, types } of resolved.nodes) {
    const learns = weights.some(isLearned);
    const needed = node.inputs.map((reference) => needing.has(reference));
    const input = needed.includes(true);
    const ofInputs = layer.gradientProducts?.(needed) ?? Number(input);
    // Integers have no gradient.
    if (learns || input)
      types.forEach((type, i) => type === 'float' && needing.add(resultReference(node.path, i)));
    flow.set(
      node.path,
      read.has(node.path) ? { input, weights: learns, products: ofInputs + Number(learns) } : NONE,
    );
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
