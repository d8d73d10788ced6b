import { producerOf } from '../../graph/graph.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import type { LayerKind } from '../../layers/layer.ts';

/** A layer that the field counts when it says how deep a network is: a convolution or a matrix product. */
const isWeightLayer = (layer: LayerKind): boolean => layer.macs !== undefined;

/** The most weight layers on any path from the input to an output. */
export function weightLayers({ graph, nodes }: ResolvedGraph): number {
  const depth = new Map<string, number>();
  for (const { node, layer } of nodes) {
    const before = Math.max(0, ...node.inputs.map((reference) => depth.get(producerOf(reference)) ?? 0));
    depth.set(node.path, before + (isWeightLayer(layer) ? 1 : 0));
  }
  return Math.max(0, ...graph.outputs.map((reference) => depth.get(producerOf(reference)) ?? 0));
}
