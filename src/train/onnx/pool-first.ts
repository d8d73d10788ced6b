import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';

/**
 * The same network with every max-pool before the activation that it reads, where nothing else reads that: the largest
 * of some ReLUs is the ReLU of the largest, and the gradient reaches the same element or none. The activation then has
 * a fraction of the elements, and the larger result need not be kept for the backward pass.
 */
export function poolFirst(resolved: ResolvedGraph): ResolvedGraph {
  const { graph } = resolved;
  const readers = countReaders(resolved);
  /** By the path of a pool that was moved: the activation that now gives what the pool gave. */
  const now = new Map<string, string>();
  const nodes: ResolvedNode[] = [];
  for (const original of resolved.nodes) {
    const one = readingFrom(original, now);
    const before = nodes.at(-1);
    const { path, inputs } = one.node;
    const moves =
      one.layer.takesMaxima &&
      before?.layer.keepsMaxima &&
      inputs[0] === before.node.path &&
      readers.get(before.node.path) === 1 &&
      !graph.outputs.includes(path);
    if (!moves) {
      nodes.push(one);
      continue;
    }
    const activation = {
      ...before,
      inputs: [one.output],
      output: one.output,
      outputs: [one.output] as const,
    };
    nodes.splice(-1, 1, readingFrom(one, new Map([[before.node.path, before.node.inputs[0]!]])), {
      ...activation,
      node: { ...before.node, inputs: [path] },
    });
    now.set(path, before.node.path);
    readers.set(before.node.path, readers.get(path) ?? 0);
  }
  return { ...resolved, nodes };
}

/** How many nodes and outputs of the graph read each node. */
function countReaders({ graph }: ResolvedGraph): Map<string, number> {
  const readers = new Map<string, number>();
  for (const path of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]) {
    readers.set(path, (readers.get(path) ?? 0) + 1);
  }
  return readers;
}

/** The node with some of its inputs' paths exchanged. */
function readingFrom(resolved: ResolvedNode, exchanged: ReadonlyMap<string, string>): ResolvedNode {
  const inputs = resolved.node.inputs.map((path) => exchanged.get(path) ?? path);
  return { ...resolved, node: { ...resolved.node, inputs } };
}
