import { product } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import { argument, inputElements, outputElements } from './facts.ts';

/** Output elements × weights that reach one: right for convolutions, too much for transposed ones with a stride. */
export function productsPerOutput(layer: LayerFacts): number {
  const weight = layer.weights.find(({ name }) => name === 'weight');
  if (layer.family !== 'conv' || !weight) return layer.macs;
  const kernel = weight.shape.slice(2);
  const channels = layer.inputShapes[0]![1]! / Number(argument(layer, 'groups') ?? 1);
  return product([outputElements(layer), channels, ...kernel], 'the number of MACs');
}

/** A sum of n products has n − 1 additions, and one more with a bias. */
export const linearAdditions = (layer: LayerFacts, bias: boolean): number =>
  layer.macs - (bias ? 0 : outputElements(layer));

/** Sides of the window of an adaptive pool: what comes in over what goes out, which need not be whole. */
const windowSides = ({ inputShapes, outputShape }: LayerFacts) =>
  outputShape.slice(2).map((count, axis) => inputShapes[0]![axis + 2]! / count);

const volume = (sides: readonly number[]): number => sides.reduce((a, b) => a * b, 1);

/** The window's elements and a division for each output, in the floating-point numbers that the tool uses. */
export const adaptiveAverage = (layer: LayerFacts): number => {
  return Math.trunc((volume(windowSides(layer)) + 1) * outputElements(layer));
};

/** The same with the window's sides rounded down, as releases before 0.1.0.post2207010342 have it. */
export const adaptiveAverageWhole = (layer: LayerFacts): number => {
  return (volume(windowSides(layer).map(Math.floor)) + 1) * outputElements(layer);
};

/** An exponential and a division for each element, one addition less for each sum. */
export function softmax(layer: LayerFacts): number {
  const shape = layer.inputShapes[0]!;
  const dim = argument(layer, 'dim');
  const along = shape.at(typeof dim === 'number' ? dim : 1)!;
  return 3 * inputElements(layer) - inputElements(layer) / along;
}

/** Operations an output element by the mode of an upsampling. */
export const upsampling =
  (operations: Readonly<Record<string, number>>) =>
  (layer: LayerFacts): number =>
    outputElements(layer) * (operations[String(argument(layer, 'mode'))] ?? 0);
