import { countLayers } from '../../../src/analysis/counts/count-layers.ts';
import type { LayerFacts } from '../../../src/analysis/counts/layer-facts.ts';
import { tally } from '../../../src/analysis/conventions/count.ts';
import type { QuantityName } from '../../../src/analysis/conventions/counting.ts';
import { convention } from '../../../src/analysis/conventions/registry.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { parseSpec } from '../../../src/arch/spec/spec.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import type { Shape } from '../../../src/core/shape.ts';

/** The layers of a built-in network. */
export function layersOf(name: string, input?: Shape): LayerFacts[] {
  const graph = buildArchitecture(architecture(name));
  return countLayers(resolve(graph, input ?? [1, ...graph.inputs[0].shape]));
}

/** The layers of a spec, one image at its own size. */
export function layersOfSpec(text: string): LayerFacts[] {
  const graph = parseSpec(text, 'spec.json');
  return countLayers(resolve(graph, [1, ...graph.inputs[0].shape]));
}

/** A convention's number; undefined where it has none. */
export const total = (layers: readonly LayerFacts[], name: string, quantity: QuantityName) =>
  tally(layers, convention(name), quantity)?.total;
