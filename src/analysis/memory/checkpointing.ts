import type { GraphNode } from '../../graph/graph.ts';

/** `block` checkpoints every block; a number cuts the layers into that many stretches of equal length. */
export type Checkpointing = 'block' | number;

/** A stretch of neighboring nodes, by index. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/**
 * The stretches that are computed twice, in order; nodes in none of them run as usual.
 * A block is an outermost module (`block1` of `block1.conv1`); a module that holds nothing but modules, as `layer1`
 * of `layer1.0.conv1`, is as many blocks as it has children.
 */
export function stretches(nodes: readonly GraphNode[], checkpointing: Checkpointing): Stretch[] {
  if (checkpointing === 'block') return blocks(nodes, 0, nodes.length - 1, 0);
  const count = Math.min(checkpointing, nodes.length);
  return Array.from({ length: count }, (_, i) => ({
    first: Math.floor((i * nodes.length) / count),
    last: Math.floor(((i + 1) * nodes.length) / count) - 1,
  }));
}

function blocks(nodes: readonly GraphNode[], from: number, to: number, depth: number): Stretch[] {
  const found: Stretch[] = [];
  for (let first = from; first <= to;) {
    const name = parts(nodes[first]!)[depth];
    let last = first;
    while (last < to && parts(nodes[last + 1]!)[depth] === name) last++;
    const members = nodes.slice(first, last + 1).map((node) => parts(node).length - depth);
    if (members.every((length) => length > 2)) found.push(...blocks(nodes, first, last, depth + 1));
    else if (members.every((length) => length > 1)) found.push({ first, last });
    first = last + 1;
  }
  return found;
}

const parts = ({ path }: GraphNode): string[] => path.split('.');
