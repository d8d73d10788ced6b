import { producerOf, type Graph, type GraphNode } from '../../graph/graph.ts';
import type { Found } from './names.ts';

/**
 * The local variables of a spec. It means the module that a person would write for it: `x = layer(x)` along the
 * chain, so that a value that only the next layer reads is overwritten, and a variable of its own for a value that a
 * later layer reads by `from`, which lives until the `forward` of its block returns.
 */
export class Locals {
  readonly #scopes = new Map<string, string>();

  add({ path, scope }: Found): void {
    this.#scopes.set(producerOf(path), scope);
  }

  /** The graph with each variable held until the last layer of its block has run. */
  hold(graph: Graph): Graph {
    if (this.#scopes.size === 0) return graph;
    const scopes = new Set(this.#scopes.values());
    const lastOf = new Map<string, string>();
    for (const { path } of graph.nodes)
      for (const scope of around(path)) if (scopes.has(scope)) lastOf.set(scope, path);
    const nodes = graph.nodes.map((node): GraphNode => {
      const scope = this.#scopes.get(node.path);
      return scope === undefined ? node : { ...node, heldUntil: lastOf.get(scope)! };
    });
    return { ...graph, nodes };
  }
}

/** The prefixes of the blocks around a layer, the whole network's first: ``, `a.`, `a.b.` of `a.b.c`. */
function* around(path: string): Generator<string> {
  yield '';
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1))
    yield path.slice(0, dot + 1);
}
