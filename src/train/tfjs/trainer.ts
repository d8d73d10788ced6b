import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { VggError } from '../../errors/error.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import { elements, sameShape, type Shape } from '../../graph/shape.ts';
import type { Batch } from '../data/batches.ts';
import type {
  BuildOptions,
  MemoryObservation,
  MemoryPrediction,
  Metrics,
  Observation,
  Trainer,
} from '../engine.ts';
import { channelsFirst, inverse, kerasModel, permute, type KerasModel } from '../keras-model.ts';
import type { Weights } from '../weights.ts';
import { SeededDropout } from './dropout.ts';
import { registerLayers } from './layers.ts';
import { crossEntropy, measure } from './loss.ts';
import { predictMemory } from './memory-model.ts';
import { watchBuffers } from './peak.ts';
import { loadModel, saveModel } from './save.ts';
import type { TensorFlow } from './tfjs.ts';
import { Updates } from './updates.ts';

/** A weight of ours and the tfjs variable that holds it. */
interface Held {
  readonly variable: Variable;
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly learnt: boolean;
}

/** Trains a network with the TensorFlow.js API, on whatever backend is set. */
export class TfjsTrainer implements Trainer {
  readonly #api: TensorFlow;
  readonly #model: LayersModel;
  readonly #keras: KerasModel;
  readonly #dropout: SeededDropout;
  readonly #updates: Updates;
  readonly #held: ReadonlyMap<string, Held>;
  readonly #options: BuildOptions;
  readonly #input: Shape;
  readonly #classes: number;
  readonly microBatch: number;

  /** Throws `not-in-keras`, and `engine-memory` when not even the weights fit. */
  static async create(
    api: TensorFlow,
    network: ResolvedGraph,
    options: BuildOptions,
    budget = Infinity,
  ): Promise<TfjsTrainer> {
    registerLayers(api);
    const keras = kerasModel(network);
    checkGradients(keras);
    return guarded(async () => {
      const model = await api.layers.loadLayersModel({
        load: () => Promise.resolve({ modelTopology: structuredClone(keras.topology) }),
      });
      const trainer = new TfjsTrainer(api, network, keras, model, options, budget);
      await trainer.restore(options.weights);
      return trainer;
    });
  }

  private constructor(
    api: TensorFlow,
    network: ResolvedGraph,
    keras: KerasModel,
    model: LayersModel,
    options: BuildOptions,
    budget: number,
  ) {
    this.#api = api;
    this.#keras = keras;
    this.#model = model;
    this.#options = options;
    this.#input = network.input;
    this.#classes = model.outputs[0]!.shape.at(-1)!;
    this.#held = new Map(
      keras.weights.map(({ name, spec, layer, index, axes }) => {
        const variable = model.getLayer(layer).weights[index]!.read() as Variable;
        return [name, { variable, shape: spec.shape, axes, learnt: spec.buffer !== true }];
      }),
    );
    this.#dropout = new SeededDropout(api, model, options.seed);
    this.#updates = new Updates(api, options.optimizer, this.#learnt());
    this.microBatch = options.microBatch ?? this.#fitting(budget);
  }

  /**
   * The batch, halved until a step fits the budget. A network that keeps statistics of its batches is not cut: they
   * would be those of the parts.
   */
  #fitting(budget: number): number {
    let size = this.#options.batch;
    if (this.#model.nonTrainableWeights.length > 0) return size;
    while (size > 1 && this.#predict(size).peak > budget) size = Math.ceil(size / 2);
    return size;
  }

  predictMemory(): MemoryPrediction {
    return this.#predict(Math.min(this.microBatch, this.#options.batch));
  }

  #predict(batch: number): MemoryPrediction {
    return predictMemory(this.#model, this.#bytes(), 4 * this.#count(true), batch);
  }

  #learnt(): ReadonlyMap<string, Variable> {
    const learnt = [...this.#held].filter(([, held]) => held.learnt);
    return new Map(learnt.map(([name, { variable }]) => [name, variable]));
  }

  async step(batch: Batch, number: number): Promise<Metrics> {
    return guarded(async () => {
      const { tf } = this.#api;
      this.#dropout.begin(number);
      let total: Metrics = { count: 0, loss: 0, correct: 0 };
      let sums: ReadonlyMap<string, Tensor> | undefined;
      for (const part of parts(batch, this.microBatch)) {
        const { gradients, logits } = this.#gradients(part, batch.count);
        sums = sums === undefined ? gradients : this.#addUp(sums, gradients);
        total = added(total, await this.#measured(logits, part.labels));
      }
      this.#updates.apply(sums!, number);
      tf.dispose([...sums!.values()]);
      return total;
    });
  }

  async evaluate(batch: Batch): Promise<Metrics> {
    return guarded(async () => {
      let total: Metrics = { count: 0, loss: 0, correct: 0 };
      for (const part of parts(batch, this.microBatch)) {
        const logits = this.#api.tf.tidy(() => this.#model.predict(this.#images(part)) as Tensor2D);
        total = added(total, await this.#measured(logits, part.labels));
      }
      return total;
    });
  }

  /** Forward and backward of one part of a batch; gradients by name, to be disposed of, as the logits. */
  #gradients(part: Batch, count: number, forwardDone?: () => void) {
    const { tf } = this.#api;
    const learnt = this.#learnt();
    let logits: Tensor2D | undefined;
    const { value, grads } = tf.tidy(() => {
      const images = this.#images(part);
      const oneHot = tf.tensor2d(oneHotOf(part.labels, this.#classes), [part.count, this.#classes]);
      return tf.variableGrads(() => {
        const scores = this.#model.apply(images, { training: true }) as Tensor2D;
        const loss: Scalar = crossEntropy(this.#api, scores, oneHot, count);
        logits = tf.keep(tf.clone(scores));
        forwardDone?.();
        return loss;
      }, [...learnt.values()]);
    });
    value.dispose();
    const gradients = new Map([...learnt].map(([name, variable]) => [name, grads[variable.name]!]));
    return { gradients, logits: logits! };
  }

  #addUp(a: ReadonlyMap<string, Tensor>, b: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
    return new Map(
      [...a].map(([name, gradient]) => {
        const other = b.get(name)!;
        const sum = this.#api.tf.add(gradient, other);
        this.#api.tf.dispose([gradient, other]);
        return [name, sum];
      }),
    );
  }

  async #measured(logits: Tensor2D, labels: Uint8Array): Promise<Metrics> {
    const values = (await logits.data()) as Float32Array;
    logits.dispose();
    return measure(values, labels, this.#classes);
  }

  /** N×H×W×C out of N×C×H×W. */
  #images({ images, count }: Batch): Tensor4D {
    const { tf } = this.#api;
    const [, c, h, w] = this.#input as [number, number, number, number];
    if (c === 1) return tf.tensor4d(images, [count, h, w, 1]);
    return tf.tidy(() => tf.transpose(tf.tensor4d(images, [count, c, h, w]), [0, 2, 3, 1]));
  }

  async observe(batch: number): Promise<Observation> {
    return guarded(async () => {
      const { tf, layers } = this.#api;
      const paths = [...this.#keras.outputs.keys()];
      const outputs = [...this.#keras.outputs.values()].map(([layer, application]) =>
        this.#model.getLayer(layer).getOutputAt(application),
      );
      const probe = layers.model({ inputs: this.#model.inputs, outputs: outputs as never });
      const shapes = tf.tidy(() => {
        const images = tf.zeros([batch, ...this.#model.inputs[0]!.shape.slice(1).map((size) => size!)]);
        const results = probe.predict(images) as Tensor[];
        return results.map(({ shape }) => [...channelsFirst(shape)]);
      });
      return {
        params: this.#count(true),
        buffers: this.#count(false),
        shapes: new Map(paths.map((path, i) => [path, shapes[i]!])),
        batch,
      };
    });
  }

  /** Bytes of the weights and of what the optimizer keeps. */
  #bytes(): number {
    const held = [...this.#held.values()].map(({ variable }) => variable);
    return [...held, ...this.#updates.slots.values()].reduce((total, { size }) => total + 4 * size, 0);
  }

  /** Scalars in the model's own variables, learnt or not. */
  #count(learnt: boolean): number {
    const variables = learnt ? this.#model.trainableWeights : this.#model.nonTrainableWeights;
    return variables.reduce((total, variable) => total + elements(variable.shape as number[]), 0);
  }

  async observeMemory(batch: Batch): Promise<MemoryObservation> {
    return guarded(async () => {
      const { tf } = this.#api;
      const before = await this.state();
      const part = parts(batch, this.microBatch).next().value!;
      const weights = this.#bytes();
      const watch = watchBuffers(tf);
      let endOfForward = 0;
      try {
        this.#dropout.begin(0);
        const { gradients, logits } = this.#gradients(part, batch.count, () => {
          endOfForward = weights + watch.live;
        });
        tf.dispose([logits, ...gradients.values()]);
      } finally {
        watch.stop();
      }
      await this.restore(before);
      return { microBatch: part.count, weights, endOfForward, peak: weights + watch.peak };
    });
  }

  async state(): Promise<Weights> {
    const state = new Map<string, Float32Array>();
    for (const [name, { variable, shape, axes }] of this.#held) {
      state.set(name, await fromKeras(variable, shape, axes));
    }
    for (const [slot, variable] of this.#updates.slots) {
      const { shape, axes } = this.#held.get(weightOf(slot))!;
      state.set(slot, await fromKeras(variable, shape, axes));
    }
    return state;
  }

  async restore(state: Weights): Promise<void> {
    const { tf } = this.#api;
    for (const [name, values] of state) {
      const variable = this.#updates.slots.get(name) ?? this.#held.get(name)?.variable;
      if (variable === undefined) continue;
      const { shape, axes } = this.#held.get(weightOf(name))!;
      tf.tidy(() => variable.assign(tf.tensor(permute(values, shape, axes), variable.shape)));
    }
  }

  memory(): number {
    return this.#api.tf.memory().numBytes;
  }

  async save(folder: string): Promise<void> {
    await saveModel(this.#api, this.#model, folder);
  }

  async load(folder: string): Promise<void> {
    const saved = await loadModel(this.#api, folder);
    try {
      for (const { name, layer, index } of this.#keras.weights) {
        const { variable } = this.#held.get(name)!;
        const found = saved.layers.find((candidate) => candidate.name === layer)?.weights[index]?.read();
        if (found === undefined || !sameShape(found.shape, variable.shape)) {
          throw new VggError('cannot-load', {
            file: folder,
            reason: `it has no ${name} of this network's size`,
          });
        }
        variable.assign(found);
      }
    } finally {
      saved.dispose();
    }
  }

  dispose(): void {
    this.#updates.dispose();
    this.#model.dispose();
  }
}

/** tfjs convolves with dilation but has no gradient of it. Throws `not-in-keras` with the layer's path. */
function checkGradients({ topology, outputs }: KerasModel): void {
  for (const { name, class_name, config } of topology.config.layers) {
    const dilation = config['dilation_rate'] as readonly number[] | undefined;
    if (dilation === undefined || Math.max(...dilation) === 1) continue;
    const path = [...outputs].find(([, [layer]]) => layer === name)?.[0];
    throw new VggError(
      'not-in-keras',
      { kind: class_name, problem: 'dilation in training: it has no gradient of it' },
      path === undefined ? {} : { path },
    );
  }
}

/** Made here: the wasm backend's own one-hot of floats holds the bits of integers. */
function oneHotOf(labels: Uint8Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, n) => (rows[n * classes + label] = 1));
  return rows;
}

const weightOf = (name: string) => name.slice(name.indexOf('/') + 1);

async function fromKeras(variable: Variable, shape: Shape, axes: readonly number[]): Promise<Float32Array> {
  const values = (await variable.data()) as Float32Array;
  return permute(
    values,
    axes.map((axis) => shape[axis]!),
    inverse(axes),
  ).slice();
}

/** A batch in parts of at most `size` examples. */
export function* parts(batch: Batch, size: number): Generator<Batch, undefined> {
  const example = batch.images.length / batch.count;
  for (let at = 0; at < batch.count; at += size) {
    const count = Math.min(size, batch.count - at);
    yield {
      count,
      images: batch.images.subarray(at * example, (at + count) * example),
      labels: batch.labels.subarray(at, at + count),
    };
  }
  return undefined;
}

const added = (a: Metrics, b: Metrics): Metrics => ({
  count: a.count + b.count,
  loss: a.loss + b.loss,
  correct: a.correct + b.correct,
});

/** Turns a backend's out-of-memory into an error with a mend; leaves every other as it is. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message = '' } = error as Error;
    const memory = /out of memory|memory access out of bounds|cannot enlarge memory|oom|allocation failed/i;
    if (memory.test(message)) throw new VggError('engine-memory', { reason: message });
    throw error;
  }
}
