import type { Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { isLearned } from '../../graph/parameters.ts';
import { VggError } from '../../core/errors/error.ts';
import { elements } from '../../core/arithmetic.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import { inverse, permute, type KerasModel } from './keras-model.ts';
import type { OptimizerSettings } from '../../optimizers/registry.ts';
import type { Weights } from '../weights.ts';
import type { TensorFlow } from './tfjs.ts';
import { Updates } from './updates.ts';

/** A weight of ours and the tfjs variable that holds it. */
interface Held {
  readonly variable: Variable;
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly learned: boolean;
  /** The Keras layer, and the weight's place among that layer's own. */
  readonly layer: string;
  readonly index: number;
}

/** The model's variables under our names and in our order of axes, and what the optimizer keeps beside them. */
export class Variables {
  readonly #tf: TensorFlow['tf'];
  readonly #model: LayersModel;
  readonly #held: ReadonlyMap<string, Held>;
  readonly learned: ReadonlyMap<string, Variable>;
  readonly updates: Updates;

  constructor(api: TensorFlow, model: LayersModel, keras: KerasModel, optimizer: OptimizerSettings) {
    this.#tf = api.tf;
    this.#model = model;
    this.#held = new Map(
      keras.weights.map(({ name, spec, layer, index, axes }) => {
        const variable = model.getLayer(layer).weights[index]!.read() as Variable;
        return [name, { variable, shape: spec.shape, axes, learned: isLearned(spec), layer, index }];
      }),
    );
    const learned = [...this.#held].filter(([, held]) => held.learned);
    this.learned = new Map(learned.map(([name, { variable }]) => [name, variable]));
    this.updates = new Updates(api, optimizer, this.learned);
  }

  /** Bytes of the weights and of what the optimizer keeps. */
  bytes(): number {
    const held = [...this.#held.values()].map(({ variable }) => variable);
    return [...held, ...this.updates.states.values()].reduce((total, { size }) => total + 4 * size, 0);
  }

  /** Scalars in the model's own variables, learned or not. */
  count(learned: boolean): number {
    const variables = learned ? this.#model.trainableWeights : this.#model.nonTrainableWeights;
    return variables.reduce((total, variable) => total + elements(variable.shape as number[]), 0);
  }

  /** Of each variable that the model learns. */
  parameterBytes(): number[] {
    return this.#model.trainableWeights.map(({ shape }) => 4 * elements(shape as number[]));
  }

  async state(): Promise<Weights> {
    const state = new Map<string, Float32Array>();
    for (const [name, held] of this.#held) state.set(name, await valuesOf(held.variable, held));
    for (const [name, variable] of this.updates.states) {
      state.set(name, await valuesOf(variable, this.#held.get(weightOf(name))!));
    }
    return state;
  }

  restore(state: Weights): void {
    for (const [name, values] of state) {
      const variable = this.updates.states.get(name) ?? this.#held.get(name)?.variable;
      if (variable === undefined) continue;
      const { shape, axes } = this.#held.get(weightOf(name))!;
      const tensor = () => this.#tf.tensor(permute(values, shape, axes), variable.shape);
      this.#tf.tidy(() => variable.assign(tensor()));
    }
  }

  /** Takes over the weights of a model that was read from `folder`. Throws `cannot-load` where one is missing. */
  take(saved: LayersModel, folder: string): void {
    for (const [name, { variable, layer, index }] of this.#held) {
      const found = saved.layers.find((candidate) => candidate.name === layer)?.weights[index]?.read();
      if (found === undefined || !sameShape(found.shape, variable.shape)) {
        throw new VggError('cannot-load', {
          file: folder,
          reason: `it has no ${name} of this network's size`,
        });
      }
      variable.assign(found);
    }
  }

  dispose(): void {
    this.updates.dispose();
  }
}

/** `conv1.weight` of `exp_avg/conv1.weight`. */
const weightOf = (name: string) => name.slice(name.indexOf('/') + 1);

/** The values in our order of axes. */
async function valuesOf(
  variable: Variable,
  { shape, axes }: Pick<Held, 'shape' | 'axes'>,
): Promise<Float32Array> {
  const values = (await variable.data()) as Float32Array;
  return permute(
    values,
    axes.map((axis) => shape[axis]!),
    inverse(axes),
  ).slice();
}
