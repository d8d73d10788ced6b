import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { ADAM, optimizerSlots, type Optimizer } from '../optimizer.ts';
import type { TensorFlow } from './tfjs.ts';

/** The optimizers of torch.optim on tfjs variables, their state in the open so that a checkpoint can hold it. */
export class Updates {
  readonly #tf: TensorFlow['tf'];
  readonly #optimizer: Optimizer;
  readonly #weights: ReadonlyMap<string, Variable>;
  /** `exp_avg/block1.conv1.weight`. */
  readonly slots = new Map<string, Variable>();

  constructor({ tf }: TensorFlow, optimizer: Optimizer, weights: ReadonlyMap<string, Variable>) {
    this.#tf = tf;
    this.#optimizer = optimizer;
    this.#weights = weights;
    for (const slot of optimizerSlots(optimizer)) {
      for (const [name, weight] of weights) {
        this.slots.set(
          `${slot}/${name}`,
          tf.tidy(() => tf.variable(tf.zeros(weight.shape), false)),
        );
      }
    }
  }

  /** Moves every weight by its gradient; `number` counts the steps from 0 on. */
  apply(gradients: ReadonlyMap<string, Tensor>, number: number): void {
    for (const [name, gradient] of gradients) {
      this.#tf.tidy(() => this.#move(name, this.#weights.get(name)!, gradient, number + 1));
    }
  }

  #move(name: string, weight: Variable, gradient: Tensor, t: number): void {
    const tf = this.#tf;
    const { name: kind, lr, momentum, weightDecay } = this.#optimizer;
    const decoupled = kind === 'adamw';
    const g = weightDecay > 0 && !decoupled ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient;
    if (kind === 'sgd') return weight.assign(tf.sub(weight, tf.mul(g, lr)));
    if (kind === 'momentum') {
      const velocity = this.slots.get(`momentum_buffer/${name}`)!;
      velocity.assign(tf.add(tf.mul(velocity, momentum), g));
      return weight.assign(tf.sub(weight, tf.mul(velocity, lr)));
    }
    const { beta1, beta2, eps } = ADAM;
    const [first, second] = [this.slots.get(`exp_avg/${name}`)!, this.slots.get(`exp_avg_sq/${name}`)!];
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
    const root = tf.div(tf.sqrt(second), Math.sqrt(1 - beta2 ** t));
    const move = tf.mul(tf.div(first, tf.add(root, eps)), lr / (1 - beta1 ** t));
    const decayed = decoupled ? tf.mul(weight, 1 - lr * weightDecay) : weight;
    weight.assign(tf.sub(decayed, move));
  }

  dispose(): void {
    for (const slot of this.slots.values()) slot.dispose();
  }
}
