import type { Shape } from '../../graph/shape.ts';
import type { Batch } from '../data/batches.ts';
import { adamCorrections, type Optimizer } from '../optimizer.ts';
import type { OnnxModel } from './model.ts';
import type { StepNoise } from './noise.ts';
import type { Loaded, Runtime, Values } from './runtime.ts';
import type { TrainingState } from './state.ts';
import { NAMES, type StepGraph } from './step.ts';
import type { Target } from './targets/target.ts';

/** What a step's graph takes, and the tensors of the state that it writes. */
export interface StepFeeds {
  readonly feeds: Values;
  readonly into: Values;
}

/** Makes onnxruntime's tensors of batches and of the state; they share the state's memory. */
export class Feeder {
  readonly #runtime: Runtime;
  readonly #target: Target;
  readonly #image: readonly number[];
  readonly #state: TrainingState;

  constructor({ runtime, target }: Loaded, image: readonly number[], state: TrainingState) {
    this.#runtime = runtime;
    this.#target = target;
    this.#image = image;
    this.#state = state;
  }

  /** What of images, labels and weights the model takes. */
  forward(model: OnnxModel, { images, labels, count }: Batch): Values {
    const { Tensor } = this.#runtime;
    const feeds: Values = {
      [NAMES.images]: new Tensor('float32', images, [count, ...this.#image]),
      [NAMES.labels]: this.#target.wide
        ? new Tensor('int64', BigInt64Array.from(labels, BigInt), [count])
        : new Tensor('float32', Float32Array.from(labels), [count]),
    };
    for (const [name, { values, shape }] of this.#state.weights()) {
      feeds[name] = new Tensor('float32', values, shape);
    }
    return taken(model, feeds);
  }

  /** The same for a step; `number` counts from 0 on. */
  step(
    { model, state, noises }: StepGraph,
    batch: Batch,
    { number, noise, optimizer }: { number: number; noise: StepNoise; optimizer: Optimizer },
  ): StepFeeds {
    const { Tensor } = this.#runtime;
    const feeds: Values = {
      ...this.forward(model, batch),
      [NAMES.learningRate]: new Tensor('float32', Float32Array.of(optimizer.lr), [1]),
      [NAMES.step]: new Tensor('int64', BigInt64Array.of(BigInt(number + 1)), [1]),
    };
    adamCorrections(number + 1).forEach((value, i) => {
      feeds[NAMES.corrections[i]!] = new Tensor('float32', Float32Array.of(value), [1]);
    });
    for (const wanted of noises) {
      feeds[wanted.tensor.name] = new Tensor('float32', noise.draw(wanted), wanted.tensor.shape);
    }
    const held = (name: string, shape: Shape) =>
      new Tensor('float32', this.#state.held(name, shape).values, shape);
    // What is left are the optimizer's tensors and the sums of gradients.
    for (const { name, shape } of model.inputs) feeds[name] ??= held(name, shape);
    // A new value is written through the very tensor that gave the old one.
    const into = Object.fromEntries(
      state.map(({ name, shape, output }) => [output, feeds[name] ?? held(name, shape)]),
    );
    return { feeds: taken(model, feeds), into };
  }
}

/** onnxruntime refuses what a graph does not know. */
function taken({ inputs }: OnnxModel, feeds: Values): Values {
  const known = new Set(inputs.map(({ name }) => name));
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => known.has(name)));
}
