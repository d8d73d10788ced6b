import { VggError } from '../core/errors/error.ts';
import { nearest } from '../core/nearest.ts';
import { layerKind } from '../layers/registry.ts';
import type { Graph, GraphNode } from './graph.ts';
import { pathMatcher } from './path-pattern.ts';

/**
 * The graph with the weights of some layers not learned, as `requires_grad_(False)` on those modules makes them. A
 * pattern is the path of a layer or of a module around layers; `*` in it is any text without a dot, `**` any text.
 * Throws `nothing-to-freeze` for a pattern that fits no layer.
 */
export function freeze(graph: Graph, patterns: readonly string[]): Graph {
  const frozen = new Set<GraphNode>();
  for (const pattern of patterns) {
    const fits = pathMatcher(pattern);
    const found = graph.nodes.filter(({ path }) => fits(path));
    for (const node of found) frozen.add(node);
    if (found.length === 0)
      throw new VggError('nothing-to-freeze', { pattern, nearest: nearest(pattern, modulesOf(graph)) });
  }
  if (frozen.size === 0) return graph;
  const nodes = graph.nodes.map((node) => (frozen.has(node) ? { ...node, frozen: true as const } : node));
  return { ...graph, nodes };
}

/** The graph with its normalizations kept in `eval()` while it trains. Throws `no-normalization` where there is none. */
export function keepNormsInEval(graph: Graph): Graph {
  if (!graph.nodes.some(({ kind }) => layerKind(kind).family === 'norm'))
    throw new VggError('no-normalization', { name: graph.name });
  const nodes = graph.nodes.map((node) =>
    layerKind(node.kind).family === 'norm' ? { ...node, inEval: true as const } : node,
  );
  return { ...graph, nodes };
}

/** The layers whose weights are not learned: frozen ones, and those whose weights a frozen one shares. */
export function frozenOwners({ nodes }: Graph): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ path, frozen, sharesWeightsOf }) => (frozen ? [sharesWeightsOf ?? path] : [])),
  );
}

/** The paths of layers and of all that is around them. */
function modulesOf({ nodes }: Graph): string[] {
  const found = new Set<string>();
  for (const { path } of nodes) {
    const parts = path.split('.');
    parts.forEach((_, i) => found.add(parts.slice(0, i + 1).join('.')));
  }
  return [...found];
}
