import { VggError } from '../../core/errors/error.ts';
import { producerOf, type GraphNode } from '../../graph/graph.ts';
import { pathMatcher } from '../../graph/path-pattern.ts';

/**
 * `block` checkpoints every block; a number cuts the layers into that many stretches of equal length; patterns of paths
 * name the layers that are checkpointed, those of one module together.
 */
export type Checkpointing = 'block' | number | readonly string[];

/** A stretch of neighboring nodes, by index. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/**
 * The stretches that are computed twice, in order; nodes in none of them run as usual.
 * A block is an outermost module (`block1` of `block1.conv1`). A module that holds nothing but modules, as `layer1`
 * of `layer1.0.conv1`, is as many blocks as it has children, and so is a series of blocks, as `features` of a
 * DenseNet and its dense blocks. Throws `nothing-to-checkpoint`.
 */
export function stretches(nodes: readonly GraphNode[], checkpointing: Checkpointing): Stretch[] {
  if (checkpointing === 'block') return blocks(nodes, 0, nodes.length - 1, 0);
  if (typeof checkpointing !== 'number') return named(nodes, checkpointing);
  const count = Math.min(checkpointing, nodes.length);
  return Array.from({ length: count }, (_, i) => ({
    first: Math.floor((i * nodes.length) / count),
    last: Math.floor(((i + 1) * nodes.length) / count) - 1,
  }));
}

function blocks(nodes: readonly GraphNode[], from: number, to: number, depth: number): Stretch[] {
  const found: Stretch[] = [];
  for (const { first, last } of children(nodes, from, to, depth)) {
    const members = nodes.slice(first, last + 1).map((node) => parts(node).length - depth);
    if (members.every((length) => length > 2) || isSeries(nodes, { first, last }, depth + 1))
      found.push(...blocks(nodes, first, last, depth + 1));
    else if (members.every((length) => length > 1)) found.push({ first, last });
  }
  return found;
}

/** Runs of neighbors whose paths have the same part at this depth. */
function children(nodes: readonly GraphNode[], from: number, to: number, depth: number): Stretch[] {
  const found: Stretch[] = [];
  for (let first = from; first <= to;) {
    const name = parts(nodes[first]!)[depth];
    let last = first;
    while (last < to && parts(nodes[last + 1]!)[depth] === name) last++;
    found.push({ first, last });
    first = last + 1;
  }
  return found;
}

/**
 * Whether a module is a series of blocks, and not one block itself: its children follow each other without a way
 * around any, and some are more than a few layers in a row, as in `features` of a DenseNet; or it is made of modules,
 * of which each reads the one before, and one last layer, as a dense block.
 */
function isSeries(nodes: readonly GraphNode[], { first, last }: Stretch, depth: number): boolean {
  // A weight by itself comes from nowhere.
  const groups = children(nodes, first, last, depth).filter((group) => nodes[group.first]!.inputs.length > 0);
  const weights = new Set(nodes.filter(({ inputs }) => inputs.length === 0).map(({ path }) => path));
  const childOf = new Map<string, number>();
  groups.forEach((group, child) => {
    for (const { path } of nodes.slice(group.first, group.last + 1)) childOf.set(path, child);
  });
  /** The children that a child reads; -1 is what comes into the module. */
  const reads = groups.map((group, child) => {
    const inputs = nodes.slice(group.first, group.last + 1).flatMap((node) => node.inputs.map(producerOf));
    const from = inputs.filter((path) => !weights.has(path)).map((path) => childOf.get(path) ?? -1);
    return new Set(from.filter((other) => other !== child));
  });
  const chained = reads.every((from, child) => [...from].every((other) => other === child - 1));
  if (chained) return groups.some((group) => isMoreThanARow(nodes, group, depth));
  const modules = groups.slice(0, -1);
  const all = modules.length > 1 && modules.every((group) => parts(nodes[group.first]!).length - depth > 1);
  return all && modules.every((_, child) => child === 0 || reads[child]!.has(child - 1));
}

/** A module that holds modules, or in which branches join. */
const isMoreThanARow = (nodes: readonly GraphNode[], { first, last }: Stretch, depth: number): boolean =>
  nodes.slice(first, last + 1).some((node) => {
    const levels = parts(node).length - depth;
    return levels > 2 || (levels > 1 && node.inputs.length > 1);
  });

/** Neighbors of one module that a pattern fits. Throws `nothing-to-checkpoint` for a pattern that fits none. */
function named(nodes: readonly GraphNode[], patterns: readonly string[]): Stretch[] {
  const fitting = patterns.map((pattern) => {
    const fits = pathMatcher(pattern);
    if (!nodes.some(({ path }) => fits(path))) throw new VggError('nothing-to-checkpoint', { pattern });
    return fits;
  });
  const found: { first: number; last: number }[] = [];
  nodes.forEach((node, i) => {
    if (!fitting.some((fits) => fits(node.path))) return;
    const before = found.at(-1);
    if (before?.last === i - 1 && moduleOf(nodes[before.last]!) === moduleOf(node)) before.last = i;
    else found.push({ first: i, last: i });
  });
  return found;
}

const parts = ({ path }: GraphNode): string[] => path.split('.');

const moduleOf = (node: GraphNode): string => parts(node).slice(0, -1).join('.');
