import dagre from '@dagrejs/dagre';
import type { Point } from './figure.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A box by its middle. */
export interface Placed extends Size {
  readonly x: number;
  readonly y: number;
}

export interface Layout extends Size {
  /** In the order of the boxes. */
  readonly boxes: readonly Placed[];
  /** In the order of the edges, from the border of one box to that of the other. */
  readonly edges: readonly (readonly Point[])[];
}

/** What of the package's graph is used; its own types need a file that it does not bring. */
interface PackageGraph {
  setGraph(options: object): void;
  setNode(name: string, size: Size): void;
  setEdge(from: string, to: string, label: object): void;
  node(name: string): Placed;
  edge(from: string, to: string): { readonly points: readonly { readonly x: number; readonly y: number }[] };
  graph(): Pick<Size, 'height'>;
}

/** The package's stack overflows beyond two thousand boxes in a row; its time grows with what lines pass. */
const [MOST_BOXES, LONGEST] = [1000, 8000];

/**
 * Whether a figure of these edges can be laid out in seconds. An edge that leaves a box for one `n` layers below
 * passes n − 1 others.
 */
export function isLayable(count: number, edges: readonly (readonly [from: number, to: number])[]): boolean {
  if (count > MOST_BOXES) return false;
  const rank = Array.from({ length: count }, () => 0);
  for (const [from, to] of edges) rank[to] = Math.max(rank[to]!, rank[from]! + 1);
  return edges.reduce((length, [from, to]) => length + rank[to]! - rank[from]!, 0) <= LONGEST;
}

/** Boxes in layers, top to bottom, each below those that it reads. `edges` are places in the list of boxes. */
export function layered(
  boxes: readonly Size[],
  edges: readonly (readonly [from: number, to: number])[],
): Layout {
  const graph = new dagre.graphlib.Graph() as unknown as PackageGraph;
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 20, marginx: 1, marginy: 1 });
  for (const [i, { width, height }] of boxes.entries()) graph.setNode(String(i), { width, height });
  for (const [from, to] of edges) graph.setEdge(String(from), String(to), {});
  dagre.layout(graph as unknown as Parameters<typeof dagre.layout>[0]);
  const placed = boxes.map((_, i) => graph.node(String(i)));
  const lines = edges.map(([from, to]) =>
    graph.edge(String(from), String(to)).points.map(({ x, y }): Point => [x, y]),
  );
  // The package's own bounds leave out how far its lines swing to the side.
  const across = [
    ...placed.flatMap(({ x, width }) => [x - width / 2, x + width / 2]),
    ...lines.flatMap((points) => points.map(([x]) => x)),
  ];
  const left = across.reduce((least, x) => Math.min(least, x), Infinity) - 1;
  const right = across.reduce((most, x) => Math.max(most, x), -Infinity) + 1;
  return {
    width: right - left,
    height: graph.graph().height,
    boxes: placed.map(({ x, y, width, height }) => ({ x: x - left, y, width, height })),
    edges: lines.map((points) => points.map(([x, y]): Point => [x - left, y])),
  };
}
