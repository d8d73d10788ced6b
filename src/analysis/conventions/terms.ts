import { elements } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import type { Cause, Part } from './cause.ts';
import { each, type Rule, type Term } from './counting.ts';
import { addsBias, elementwise, multiplies, outputElements } from './facts.ts';

/** Of a layer, as a cause. */
const part = ({ family }: LayerFacts, part: Part): Cause => ({ of: 'layer', family, part });

/** Leaves out what counts nothing. */
export const nonZero = (terms: readonly Term[]): Term[] => terms.filter(({ count }) => count !== 0);

/** The layer's multiplications: its MACs, or another count of them. */
export const products = (layer: LayerFacts, count = layer.macs): Term => ({
  cause: part(layer, 'products'),
  count,
});

/** The additions beside the multiplications: the layer counted twice. */
export const doubled = (layer: LayerFacts, count = layer.macs): Term => ({
  cause: part(layer, 'additions'),
  count,
});

/** One addition for each element that a bias is added to, or another count of them. */
export const biases = (layer: LayerFacts, count = addsBias(layer) ? outputElements(layer) : 0): Term => ({
  cause: part(layer, 'bias'),
  count,
});

/** Operations that are not multiply-accumulates. */
export const operations = (layer: LayerFacts, count: number): Term => ({ cause: part(layer, 'own'), count });

/** The layer kind's own count of those operations. */
export const ownOperations = (layer: LayerFacts): Term => operations(layer, elementwise(layer));

/** A weight or a bias of the layer. */
export function weight(layer: LayerFacts, { name, shape }: LayerFacts['weights'][number]): Term {
  const which = multiplies(layer) ? (name === 'bias' ? 'bias' : 'weights') : 'own';
  return { cause: part(layer, which), count: elements(shape), shape };
}

/** The learnable tensors that the layer owns. */
export const ownWeights = (layer: LayerFacts): LayerFacts['weights'] =>
  layer.sharesWeightsOf === undefined ? layer.weights.filter(({ buffer }) => !buffer) : [];

/** Every learnable scalar once, biases in. */
export const everyWeight: Rule = each((layer) => ownWeights(layer).map((tensor) => weight(layer, tensor)));

/** A rule for work at inference: layers that run only in training count nothing. */
export const atInference = (terms: (layer: LayerFacts) => readonly Term[]): Rule =>
  each((layer) => (layer.trainingOnly ? [] : nonZero(terms(layer))));

/** A count of one layer. */
export type Count = (layer: LayerFacts) => number;

/** The rule of a tool for layers that it does not know. */
export const nothing: Count = () => 0;

/** The kinds of one, two and three dimensions that share a name. */
export const ranksOf = (kind: string): string[] => [1, 2, 3].map((rank) => `${kind}${rank}d`);

/** One rule for all of them. */
export const eachRank = (kind: string, count: Count): Readonly<Record<string, Count>> =>
  Object.fromEntries(ranksOf(kind).map((name) => [name, count]));

/** A tool's own list of layer kinds, and its rule for those that the list does not name. */
export function byKind(named: Readonly<Record<string, Count>>, unnamed: Count): Count {
  const list = new Map(Object.entries(named));
  return (layer) => (list.get(layer.kind) ?? unnamed)(layer);
}
