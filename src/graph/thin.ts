import { VggError } from '../core/errors/error.ts';
import { layerKind } from '../layers/registry.ts';
import { producerOf, type Graph, type GraphNode } from './graph.ts';

/**
 * The graph with every convolution's channels divided by `ratio`, its structure kept.
 * The image's own channels and the class scores stay as they are.
 * Throws `ratio-does-not-divide` with the layer's path.
 */
export function thin(graph: Graph, ratio: number): Graph {
  if (ratio === 1) return graph;
  const thinned = new Map<string, boolean>();
  const nodes = graph.nodes.map((node): GraphNode => {
    const inputThinned = node.inputs.some((reference) => thinned.get(producerOf(reference)) === true);
    const layer = layerKind(node.kind);
    try {
      const result = layer.thin?.(node.attributes, {
        ratio,
        inputThinned,
        givesClasses: node.givesClasses === true,
      });
      thinned.set(node.path, result?.thinned ?? inputThinned);
      return result ? { ...node, attributes: result.attributes as object } : node;
    } catch (error) {
      throw error instanceof VggError ? error.at({ ...node.origin, path: node.path }) : error;
    }
  });
  return { ...graph, nodes };
}
