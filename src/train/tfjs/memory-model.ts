import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { MemoryPrediction } from '../engine.ts';

const FLOAT = 4;

/** Keras classes whose result is their input seen with another shape. */
const VIEWS: ReadonlySet<string> = new Set(['InputLayer', 'Reshape', 'Flatten']);

/**
 * What tfjs holds in a training step. Its tape keeps every layer's result to the end of the backward pass, and every
 * gradient too, where PyTorch frees both as it goes; the derivative of the last activation needs two more tensors of
 * its size. Dropout keeps its mask; a normalization by the batch its squared deviations. Kernels' scratch memory is
 * not in it.
 */
export function predictMemory(
  model: LayersModel,
  weightBytes: number,
  learntBytes: number,
  batch: number,
): MemoryPrediction {
  const size = (shape: unknown) => (shape as (number | null)[]).reduce<number>((a, b) => a * (b ?? batch), 1);
  let results = 0;
  let largest = 0;
  for (const layer of model.layers) {
    const kind = layer.getClassName();
    const linear = kind === 'Activation' && layer.getConfig()['activation'] === 'linear';
    if (VIEWS.has(kind) || linear) continue;
    const output = size(layer.outputShape) * FLOAT;
    const extra = kind === 'Dropout' || kind === 'BatchNormalization' ? 2 : 1;
    results += output * extra;
    largest = Math.max(largest, output);
  }
  const input = size(model.inputs[0]!.shape) * FLOAT;
  const scores = size(model.outputs[0]!.shape) * FLOAT;
  const endOfForward = weightBytes + input + 5 * scores + results;
  return {
    model: `TensorFlow.js's tape: all results and all gradients to the end of the backward pass`,
    weights: weightBytes,
    endOfForward,
    peak: endOfForward + learntBytes + results + 2 * largest,
  };
}
