import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { optimizerOf, type OptimizerSettings } from '../../optimizers/registry.ts';
import type { TensorFlow } from './tfjs.ts';

/** An optimizer on tfjs variables, its states in the open so that a checkpoint can hold them. */
export class Updates {
  readonly #tf: TensorFlow['tf'];
  readonly #settings: OptimizerSettings;
  readonly #weights: ReadonlyMap<string, Variable>;
  /** `exp_avg/block1.conv1.weight`. */
  readonly states = new Map<string, Variable>();

  constructor({ tf }: TensorFlow, settings: OptimizerSettings, weights: ReadonlyMap<string, Variable>) {
    this.#tf = tf;
    this.#settings = settings;
    this.#weights = weights;
    for (const state of optimizerOf(settings.name).states) {
      for (const [name, weight] of weights) {
        this.states.set(
          `${state}/${name}`,
          tf.tidy(() => tf.variable(tf.zeros(weight.shape), false)),
        );
      }
    }
  }

  /** Moves every weight by its gradient; `number` counts the steps from 0 on. */
  apply(gradients: ReadonlyMap<string, Tensor>, number: number): void {
    const [tf, settings] = [this.#tf, this.#settings];
    const optimizer = optimizerOf(settings.name);
    for (const [name, gradient] of gradients) {
      const weight = this.#weights.get(name)!;
      const states = optimizer.states.map((state) => this.states.get(`${state}/${name}`)!);
      tf.tidy(() => optimizer.tfjs<Tensor>(tf, { weight, states, gradient, settings }, number + 1));
    }
  }

  dispose(): void {
    for (const state of this.states.values()) state.dispose();
  }
}
