import { sameData } from './equal.ts';
import { producerOf, type GraphNode } from '../../graph/graph.ts';
import { layerKind } from '../../layers/registry.ts';

/**
 * The nodes of a network for any batch, from those at two batches: a size that differs is the batch's. Undefined where
 * they differ in anything else. `input` is what a layer that needs the batch reads it from.
 */
export function forAnyBatch(
  some: readonly GraphNode[],
  others: readonly GraphNode[],
  batches: readonly [number, number],
  input: string,
): readonly GraphNode[] | undefined {
  if (some.length !== others.length) return undefined;
  const merged: GraphNode[] = [];
  for (const [i, node] of some.entries()) {
    const other = others[i]!;
    const same = sameData({ ...node, attributes: {} }, { ...other, attributes: {} });
    const one = same ? mergeNode(node, other, batches, input) : undefined;
    if (!one) return undefined;
    merged.push(one);
  }
  return merged;
}

function mergeNode(
  node: GraphNode,
  other: GraphNode,
  batches: readonly [number, number],
  input: string,
): GraphNode | undefined {
  if (sameData(node.attributes, other.attributes)) return node;
  const attributes: Readonly<Record<string, unknown>> = { ...node.attributes };
  const differing: Readonly<Record<string, unknown>> = { ...other.attributes };
  const keys = Object.keys(attributes).filter((key) => !sameData(attributes[key], differing[key]));
  const [key] = keys;
  if (keys.length !== 1 || key === undefined) return undefined;
  const [mine, theirs] = [attributes[key], differing[key]];
  if (key === 'shapes' && isLists(mine) && isLists(theirs)) {
    const fits = mine.every((shape, i) => batchOf(shape, theirs[i] ?? [], batches) === 0);
    // The batch is that of the network, which the operator takes beside its inputs.
    const inputs = [...node.inputs, producerOf(input)];
    return fits
      ? { ...node, inputs, attributes: { ...attributes, batch_of: node.inputs.length } }
      : undefined;
  }
  if (!isNumbers(mine) || !isNumbers(theirs)) return undefined;
  const { openSize } = layerKind(node.kind);
  const place = openSize === 'any' ? placeOf(mine, theirs) : batchOf(mine, theirs, batches);
  if (place === undefined) return undefined;
  if (openSize === 'any' && !mine.includes(-1)) return withOpen(node, key, mine, place);
  if (openSize === 'batch of the second input' && place === 0) {
    return { ...withOpen(node, key, mine, 0), inputs: [...node.inputs.slice(0, 1), producerOf(input)] };
  }
  return undefined;
}

const withOpen = (node: GraphNode, key: string, sizes: readonly number[], place: number): GraphNode => ({
  ...node,
  attributes: { ...node.attributes, [key]: sizes.with(place, -1) },
});

/** The one place in which two lists differ. */
function placeOf(mine: readonly number[], theirs: readonly number[]): number | undefined {
  if (mine.length !== theirs.length) return undefined;
  const places = mine.flatMap((size, place) => (size === theirs[place] ? [] : [place]));
  return places.length === 1 ? places[0] : undefined;
}

/** The same where it holds the batch. */
function batchOf(mine: readonly number[], theirs: readonly number[], batches: readonly [number, number]) {
  const place = placeOf(mine, theirs);
  return place !== undefined && mine[place] === batches[0] && theirs[place] === batches[1]
    ? place
    : undefined;
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

const isLists = (value: unknown): value is readonly (readonly number[])[] =>
  Array.isArray(value) && value.every(isNumbers);
