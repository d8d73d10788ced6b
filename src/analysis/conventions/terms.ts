import { elements } from '../../core/arithmetic.ts';
import type { Family } from '../../layers/layer.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import { each, type Rule, type Term } from './counting.ts';
import { addsBias, elementwise, multiplies, outputElements } from './facts.ts';

/** What a family is called as a cause. */
const names: Readonly<Record<Family, string>> = {
  conv: 'convolution',
  linear: 'linear',
  activation: 'activation',
  pool: 'pooling',
  norm: 'normalisation',
  dropout: 'dropout',
  reshape: 'reshaping',
  join: 'join',
  resize: 'resizing',
};

/** Leaves out what counts nothing. */
export const nonZero = (terms: readonly Term[]): Term[] => terms.filter(({ count }) => count !== 0);

/** The layer's multiplications: its MACs, or another count of them. */
export const products = ({ family, macs }: LayerFacts, count = macs): Term => ({
  cause: names[family],
  count,
});

/** The additions beside the multiplications: the layer counted twice. */
export const doubled = ({ family, macs }: LayerFacts, count = macs): Term => ({
  cause: `${names[family]} doubled`,
  count,
});

/** One addition for each element that a bias is added to, or another count of them. */
export const biases = (layer: LayerFacts, count = addsBias(layer) ? outputElements(layer) : 0): Term => ({
  cause: `${names[layer.family]} bias`,
  count,
});

/** Operations that are not multiply-accumulates. */
export const operations = ({ family }: LayerFacts, count: number): Term => ({ cause: names[family], count });

/** The layer kind's own count of those operations. */
export const ownOperations = (layer: LayerFacts): Term => operations(layer, elementwise(layer));

/** A weight or a bias of the layer. */
export function weight(layer: LayerFacts, { name, shape }: LayerFacts['weights'][number]): Term {
  const part = multiplies(layer) ? (name === 'bias' ? ' bias' : ' weights') : '';
  return { cause: names[layer.family] + part, count: elements(shape), shape };
}

/** The learnable tensors that the layer owns. */
export const ownWeights = (layer: LayerFacts): LayerFacts['weights'] =>
  layer.sharesWeightsOf === undefined ? layer.weights.filter(({ buffer }) => !buffer) : [];

/** Every learnable scalar once, biases in. */
export const everyWeight: Rule = each((layer) => ownWeights(layer).map((tensor) => weight(layer, tensor)));

/** A rule for work at inference: layers that run only in training count nothing. */
export const atInference = (terms: (layer: LayerFacts) => readonly Term[]): Rule =>
  each((layer) => (layer.trainingOnly ? [] : nonZero(terms(layer))));

/** Counts of operations by layer kind; kinds that a tool does not know count nothing. */
export type ByKind = Readonly<Record<string, (layer: LayerFacts) => number>>;

/** What a tool's table says about a layer. */
export function looked(table: ByKind, layer: LayerFacts): number {
  return Object.hasOwn(table, layer.kind) ? table[layer.kind]!(layer) : 0;
}
