import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Random } from '../random.ts';
import { permute } from './keras-model.ts';
import type { TensorFlow } from './tfjs.ts';

/** Keras's dropout draws from a generator of its own; ours follows from the seed, the layer and the step. */
export class SeededDropout {
  readonly #seed: number;
  readonly #streams = new Map<string, Random>();
  #step = 0;

  constructor({ tf }: TensorFlow, model: LayersModel, seed: number) {
    this.#seed = seed;
    for (const layer of model.layers) {
      if (layer.getClassName() !== 'Dropout') continue;
      const rate = layer.getConfig()['rate'] as number;
      layer.call = (inputs, { training }) => {
        const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor;
        if (training !== true || rate === 0) return x;
        return tf.tidy(() => tf.mul(x, tf.tensor(this.#mask(layer.name, rate, x.shape), x.shape)));
      };
    }
  }

  /** Starts the masks of a step; the parts of its batch draw on from there, so that cutting it changes nothing. */
  begin(step: number): void {
    this.#step = step;
    this.#streams.clear();
  }

  /** Zero with probability `rate`, else 1 / (1 − rate); drawn in the order N×C×H×W. */
  #mask(layer: string, rate: number, shape: readonly number[]): Float32Array {
    const random = this.#streams.get(layer) ?? new Random(this.#seed, 'dropout', layer, this.#step);
    this.#streams.set(layer, random);
    const kept = rate < 1 ? 1 / (1 - rate) : 0;
    const mask = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < mask.length; i++) mask[i] = random.float() < rate ? 0 : kept;
    const [n, h, w, c] = shape as [number, number, number, number];
    return shape.length === 4 ? permute(mask, [n, c, h, w], [0, 2, 3, 1]) : mask;
  }
}
