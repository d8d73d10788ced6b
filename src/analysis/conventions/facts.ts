import { elements } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';

/** Elements of the first tensor that comes in. */
export const inputElements = (layer: LayerFacts): number => elements(layer.inputShapes[0]!);

/** Elements of the tensor that goes out. */
export const outputElements = (layer: LayerFacts): number => elements(layer.outputShape);

/** It multiplies by weights: a convolution or a matrix product. Layers that run only in training count as well. */
export const multiplies = (layer: LayerFacts): boolean => layer.backwardMacs > 0;

/** It adds a bias to each element of its output. */
export const addsBias = (layer: LayerFacts): boolean =>
  multiplies(layer) && layer.weights.some(({ name }) => name === 'bias');

/** A module that every tool knows, whatever its rank. */
export const isConvolutionOrLinear = ({ family }: LayerFacts): boolean =>
  family === 'conv' || family === 'linear';

/** It has a learnable scale. */
export const isAffine = (layer: LayerFacts): boolean => layer.weights.some(({ buffer }) => !buffer);

/** It normalizes by running statistics at inference, not by those of its input. */
export const hasStatistics = (layer: LayerFacts): boolean => layer.weights.some(({ buffer }) => buffer);

/** Running means and variances that the layer owns; PyTorch's counter of steps, a scalar, is none. */
export const runningStatistics = ({ weights, sharesWeightsOf }: LayerFacts): LayerFacts['weights'] =>
  sharesWeightsOf === undefined ? weights.filter(({ buffer, shape }) => buffer && shape.length > 0) : [];

/** Operations at inference that are not multiply-accumulates. */
export const elementwise = ({ flops, macs }: LayerFacts): number => flops - 2 * macs;

/** PyTorch's argument of that name; undefined where the layer has none. */
export const argument = ({ attributes }: LayerFacts, name: string): unknown =>
  (attributes as Readonly<Record<string, unknown>>)[name];
