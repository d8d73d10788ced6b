import { VggError, type ErrorLocation } from '../../core/errors/error.ts';
import { producerOf, type Graph, type GraphNode } from '../../graph/graph.ts';
import { layerKind } from '../../layers/registry.ts';

/** PyTorch's names for the width that a convolution or linear layer gives. */
const WIDTHS = ['out_features', 'out_channels'] as const;

/**
 * Marks the layer whose outputs are the class scores: the last weight layer on the way to the network's output.
 * With `wanted` it gives that many instead of the spec's own number.
 * Throws `spec-no-class-layer`, and `spec-classes-differ` when its width is not what the spec says.
 */
export function markClasses(
  graph: Graph,
  stated: number,
  wanted: number | undefined,
  at: ErrorLocation,
): Graph {
  const node = classLayer(graph);
  const width = node && WIDTHS.find((name) => name in node.attributes);
  if (!node || !width) throw new VggError('spec-no-class-layer', {}, at);
  const actual = (node.attributes as Record<string, number>)[width]!;
  if (actual !== stated) {
    throw new VggError('spec-classes-differ', { classes: stated, path: node.path, width: actual }, at);
  }
  const marked: GraphNode = {
    ...node,
    givesClasses: true,
    attributes: { ...node.attributes, [width]: wanted ?? stated },
  };
  return { ...graph, nodes: graph.nodes.map((other) => (other === node ? marked : other)) };
}

function classLayer({ nodes, outputs }: Graph): GraphNode | undefined {
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  let node = byPath.get(producerOf(outputs[0]!));
  while (node && !layerKind(node.kind).macs) node = byPath.get(producerOf(node.inputs[0] ?? ''));
  return node;
}
