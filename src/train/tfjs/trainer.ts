import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import type { Shape } from '../../core/shape.ts';
import { cut, fittingPart } from '../data/micro-batch.ts';
import type { Batch } from '../data/batches.ts';
import type {
  BuildOptions,
  MemoryObservation,
  MemoryPrediction,
  Metrics,
  Observation,
  Trainer,
} from '../engines/engine.ts';
import { channelsFirst, kerasModel, type KerasModel } from './keras-model.ts';
import { addMetrics, noMetrics } from '../metrics.ts';
import type { Weights } from '../weights.ts';
import { checkGradients } from './check-gradients.ts';
import { SeededDropout } from './dropout.ts';
import { imagesOf, oneHotOf } from './examples.ts';
import { guarded } from './guarded.ts';
import { registerLayers } from './layers.ts';
import { crossEntropy, measure } from './loss.ts';
import { predictMemory } from './memory-model.ts';
import { watchBuffers } from './peak.ts';
import { loadModel, saveModel } from './save.ts';
import type { TensorFlow } from './tfjs.ts';
import { Variables } from './variables.ts';

/** What a backend's memory is like. */
export interface BackendTraits {
  /** Bytes that a step may take. */
  readonly budget?: number;
  /** What its step function takes at once, as a multiple of its input; 1 when left out. */
  readonly step?: number;
}

/** Trains a network with the TensorFlow.js API, on whatever backend is set. */
export class TfjsTrainer implements Trainer {
  readonly #api: TensorFlow;
  readonly #model: LayersModel;
  readonly #keras: KerasModel;
  readonly #dropout: SeededDropout;
  readonly #variables: Variables;
  readonly #options: BuildOptions;
  readonly #step: number;
  readonly #input: Shape;
  readonly #classes: number;
  readonly microBatch: number;

  /** Throws `not-in-keras`, and `engine-memory` when not even the weights fit. */
  static async create(
    api: TensorFlow,
    network: ResolvedGraph,
    options: BuildOptions,
    traits: BackendTraits = {},
  ): Promise<TfjsTrainer> {
    registerLayers(api);
    const keras = kerasModel(network);
    checkGradients(keras);
    return guarded(async () => {
      const model = await api.layers.loadLayersModel({
        load: () => Promise.resolve({ modelTopology: structuredClone(keras.topology) }),
      });
      const trainer = new TfjsTrainer(api, network, keras, model, options, traits);
      await trainer.restore(options.weights());
      return trainer;
    });
  }

  private constructor(
    api: TensorFlow,
    network: ResolvedGraph,
    keras: KerasModel,
    model: LayersModel,
    options: BuildOptions,
    traits: BackendTraits,
  ) {
    this.#api = api;
    this.#keras = keras;
    this.#model = model;
    this.#options = options;
    this.#step = traits.step ?? 1;
    this.#input = network.input;
    this.#classes = model.outputs[0]!.shape.at(-1)!;
    this.#dropout = new SeededDropout(api, model, options.seed);
    this.#variables = new Variables(api, model, keras, options.optimizer);
    this.microBatch = options.microBatch ?? this.#fitting(traits.budget ?? Infinity);
  }

  /**
   * The batch, halved until a step fits the budget. A network that keeps statistics of its batches is not cut: they
   * would be those of the parts.
   */
  #fitting(budget: number): number {
    const { batch } = this.#options;
    if (this.#model.nonTrainableWeights.length > 0) return batch;
    const held = this.#variables.bytes();
    return fittingPart(batch, budget, (count) => held + this.#predict(count).peak);
  }

  predictMemory(): MemoryPrediction {
    return this.#predict(Math.min(this.microBatch, this.#options.batch));
  }

  #predict(batch: number): MemoryPrediction {
    return predictMemory(this.#model, this.#keras, batch, this.#step);
  }

  async step(batch: Batch, number: number): Promise<Metrics> {
    return guarded(async () => {
      const { tf } = this.#api;
      this.#dropout.begin(number);
      let total = noMetrics;
      let sums: ReadonlyMap<string, Tensor> | undefined;
      for (const part of cut(batch, this.microBatch)) {
        const { gradients, logits } = this.#gradients(part, batch.count);
        sums = sums === undefined ? gradients : this.#addUp(sums, gradients);
        total = addMetrics(total, await this.#measured(logits, part.labels));
      }
      this.#variables.updates.apply(sums!, number);
      tf.dispose([...sums!.values()]);
      return total;
    });
  }

  async evaluate(batch: Batch): Promise<Metrics> {
    return guarded(async () => {
      let total = noMetrics;
      for (const part of cut(batch, this.microBatch)) {
        const logits = this.#api.tf.tidy(() => this.#model.predict(this.#images(part)) as Tensor2D);
        total = addMetrics(total, await this.#measured(logits, part.labels));
      }
      return total;
    });
  }

  /** Forward and backward of one part of a batch; gradients by name, to be disposed of, as the logits. */
  #gradients(part: Batch, count: number, forwardDone?: () => void) {
    const { tf } = this.#api;
    const { learned } = this.#variables;
    let logits: Tensor2D | undefined;
    const { value, grads } = tf.tidy(() => {
      const images = this.#images(part);
      const oneHot = oneHotOf(this.#api, part, this.#classes);
      return tf.variableGrads(() => {
        const scores = this.#model.apply(images, { training: true }) as Tensor2D;
        const loss: Scalar = crossEntropy(this.#api, scores, oneHot, count);
        logits = tf.keep(tf.clone(scores));
        forwardDone?.();
        return loss;
      }, [...learned.values()]);
    });
    value.dispose();
    const gradients = new Map([...learned].map(([name, variable]) => [name, grads[variable.name]!]));
    return { gradients, logits: logits! };
  }

  #images(batch: Batch) {
    return imagesOf(this.#api, batch, this.#input);
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
        params: this.#variables.count(true),
        buffers: this.#variables.count(false),
        parameterBytes: this.#variables.parameterBytes(),
        shapes: new Map(paths.map((path, i) => [path, shapes[i]!])),
        batch,
      };
    });
  }

  async observeMemory(batch: Batch): Promise<MemoryObservation> {
    return guarded(async () => {
      const { tf } = this.#api;
      const before = await this.state();
      const part = cut(batch, this.microBatch)[0]!;
      const weights = this.#variables.bytes();
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
    return this.#variables.state();
  }

  async restore(state: Weights): Promise<void> {
    this.#variables.restore(state);
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
      this.#variables.take(saved, folder);
    } finally {
      saved.dispose();
    }
  }

  dispose(): void {
    this.#variables.dispose();
    this.#model.dispose();
  }
}
