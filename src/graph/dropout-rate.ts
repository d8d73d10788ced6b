import type { Graph } from './graph.ts';
import { layerKind } from '../layers/registry.ts';

/** The network with one probability in every layer that drops elements. */
export function withDropout(graph: Graph, p: number): Graph {
  const nodes = graph.nodes.map((node) =>
    layerKind(node.kind).family === 'dropout' && 'p' in node.attributes
      ? { ...node, attributes: { ...node.attributes, p } }
      : node,
  );
  return { ...graph, nodes };
}
