import { elements, sum } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';

const FLOAT = 4;

/**
 * What torchinfo prints as sizes, in bytes: the input, the outputs of layers with parameters twice (as if gradients
 * were as large), and the parameters; their sum is its estimated total. torchinfo's own input has the size of a Python
 * object on top, some 64 bytes. Source: torchinfo 1.8.0, model_statistics.py.
 */
export function torchinfoMemory(layers: readonly LayerFacts[], input: Shape) {
  const learns = layers.filter(({ weights }) => weights.some(({ buffer }) => !buffer));
  const outputs = learns.map(({ outputShape, trainingOnly }) => (trainingOnly ? 0 : elements(outputShape)));
  return {
    input: FLOAT * elements(input),
    outputs: 2 * FLOAT * sum(outputs),
    parameters: FLOAT * sum(layers.map(({ params }) => params)),
  };
}
