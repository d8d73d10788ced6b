import { elements } from '../../core/arithmetic.ts';
import { Random } from '../random.ts';
import type { Noise } from '../../onnx/writer.ts';

/** The noise of one step: it follows from the seed, the layer and the step, as every engine's does. */
export class StepNoise {
  readonly #seed: number;
  readonly #step: number;
  readonly #streams = new Map<string, Random>();

  constructor(seed: number, step: number) {
    this.#seed = seed;
    this.#step = step;
  }

  /** The next values of a layer; the parts of a batch draw on, so that cutting it changes nothing. */
  draw({ tensor, path, p }: Noise): Float32Array {
    const random = this.#streams.get(path) ?? new Random(this.#seed, 'dropout', path, this.#step);
    this.#streams.set(path, random);
    const kept = p < 1 ? 1 / (1 - p) : 0;
    const values = new Float32Array(elements(tensor.shape));
    for (let i = 0; i < values.length; i++) values[i] = random.float() < p ? 0 : kept;
    return values;
  }
}
