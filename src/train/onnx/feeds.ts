import type { Shape } from '../../core/shape.ts';
import type { Batch } from '../data/batches.ts';
import { optimizerOf, type OptimizerSettings } from '../../optimizers/registry.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { NAMES } from './names.ts';
import type { StepNoise } from './noise.ts';
import type { Loaded, Runtime, Values } from './runtime.ts';
import type { Held } from './state.ts';
import type { StepGraph } from './step-graph.ts';
import type { Target } from './targets/target.ts';

/** What a graph takes, and the tensors of the state that it writes. */
export interface StepFeeds {
  readonly feeds: Values;
  readonly into: Values;
}

/** Where the tensors of the state are. */
export interface Holder {
  find(name: string): Held | undefined;
  /** For a graph that leaves them open. */
  sizes?(name: string): Shape;
}

/** The numbers of a step. */
export interface StepInputs {
  /** Counts from 0 on. */
  readonly number: number;
  readonly optimizer: OptimizerSettings;
  readonly noise: StepNoise;
  /** The examples of the whole batch. */
  readonly examples: number;
}

/** Makes onnxruntime's tensors of batches and of the state; they share the state's memory. */
export class Feeder {
  readonly #runtime: Runtime;
  readonly #target: Target;
  readonly #image: readonly number[];

  constructor({ runtime, target }: Loaded, image: readonly number[]) {
    this.#runtime = runtime;
    this.#target = target;
    this.#image = image;
  }

  /** What a model takes that only looks at a batch. */
  forward(model: OnnxModel, batch: Batch, holder: Holder): Values {
    return this.#feeds(model, this.#batch(batch), holder);
  }

  /** What a graph takes that changes the state; without a batch where it takes none. */
  step(
    { model, state, noises }: StepGraph,
    batch: Batch | undefined,
    holder: Holder,
    { number, optimizer, noise, examples }: StepInputs,
  ): StepFeeds {
    const { Tensor } = this.#runtime;
    const one = (value: number) => new Tensor('float32', Float32Array.of(value), [1]);
    const given: Values = {
      ...(batch && this.#batch(batch)),
      [NAMES.share]: one(1 / examples),
      [NAMES.learningRate]: one(optimizer.lr),
      [NAMES.step]: new Tensor('int64', BigInt64Array.of(BigInt(number + 1)), [1]),
    };
    for (const { name, value } of optimizerOf(optimizer.name).stepNumbers ?? []) {
      given[name] = one(value(number + 1));
    }
    for (const wanted of noises) {
      given[wanted.tensor.name] = new Tensor('float32', noise.draw(wanted), wanted.tensor.shape);
    }
    const feeds = this.#feeds(model, given, holder);
    // A new value is written through the very tensor that gave the old one.
    const into = state.map(({ name, output }) => [output, feeds[name]!] as const);
    // So are the outputs that the holder has room for.
    const others = model.outputs.flatMap(({ name, shape }) => {
      const room = holder.find(name);
      return room ? [[name, new Tensor('float32', room, shape)] as const] : [];
    });
    return { feeds, into: Object.fromEntries([...into, ...others]) };
  }

  #batch({ images, labels, count }: Batch): Values {
    const { Tensor } = this.#runtime;
    return {
      [NAMES.images]: new Tensor('float32', images, [count, ...this.#image]),
      [NAMES.labels]: this.#target.wide
        ? new Tensor('int64', BigInt64Array.from(labels, BigInt), [count])
        : new Tensor('float32', Float32Array.from(labels), [count]),
    };
  }

  /** All that the model takes, and no more, which onnxruntime would refuse. */
  #feeds({ inputs }: OnnxModel, given: Values, holder: Holder): Values {
    const { Tensor } = this.#runtime;
    return Object.fromEntries(
      inputs.map(({ name, shape }) => [
        name,
        given[name] ?? new Tensor('float32', holder.find(name)!, holder.sizes?.(name) ?? shape),
      ]),
    );
  }
}
