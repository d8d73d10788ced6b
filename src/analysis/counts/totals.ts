import { elements, sum } from '../../core/arithmetic.ts';
import { producerOf } from '../../graph/graph.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import { perAxis, type Axes } from '../../layers/shared/window.ts';
import type { LayerFacts } from './layer-facts.ts';

export interface Totals {
  readonly params: number;
  readonly trainableParams: number;
  readonly buffers: number;
  readonly macs: number;
  readonly flops: number;
  readonly backwardMacs: number;
  /** Element-wise operations by layer kind; with 2 × MACs they add up to `flops`. */
  readonly elementwise: Readonly<Record<string, number>>;
  /** Elements of all layer outputs of one inference pass; outputs that share storage count once each. */
  readonly activations: number;
  /** Of the deepest feature map before the first layer that sees everything; null without one. */
  readonly receptiveField: readonly number[] | null;
}

type Field = Totals['receptiveField'];
type Layer = LayerFacts & { readonly receptiveField: Field };

/** Adds the layers up. Throws `too-large` where a sum passes 2^53. */
export function totalsOf(resolved: ResolvedGraph, layers: readonly Layer[]): Totals {
  const total = (of: (layer: Layer) => number) => sum(layers.map(of));
  const elementwise: Record<string, number> = {};
  for (const { kind, flops, macs } of layers) {
    if (flops > 2 * macs) elementwise[kind] = sum([elementwise[kind] ?? 0, flops - 2 * macs]);
  }
  return {
    params: total(({ params }) => params),
    trainableParams: total(({ trainableParams }) => trainableParams),
    buffers: total(({ buffers }) => buffers),
    macs: total(({ macs }) => macs),
    flops: total(({ flops }) => flops),
    backwardMacs: total(({ backwardMacs }) => backwardMacs),
    elementwise,
    activations: total(({ outputShape, trainingOnly }) => (trainingOnly ? 0 : elements(outputShape))),
    receptiveField: lastReceptiveField(resolved, layers),
  };
}

/**
 * Before the layers that see everything: of all ways back from the main output the largest field that one comes to
 * first, each axis by itself.
 */
function lastReceptiveField({ graph, byPath }: ResolvedGraph, layers: readonly Layer[]): Field {
  const fields = new Map(layers.map(({ path, receptiveField }) => [path, receptiveField]));
  const reached = new Set([producerOf(graph.outputs[0]!)]);
  const found: Axes[] = [];
  // A set goes on to what is added to it meanwhile.
  for (const path of reached) {
    const field = fields.get(path);
    if (field) found.push(field);
    else for (const input of byPath.get(path)?.node.inputs ?? []) reached.add(producerOf(input));
  }
  const [first, ...others] = found;
  if (!first) return null;
  return others
    .filter(({ length }) => length === first.length)
    .reduce((largest, field) => perAxis([largest, field], Math.max), first);
}
