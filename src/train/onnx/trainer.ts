import { resolve, type ResolvedGraph } from '../../graph/resolve.ts';
import { elements } from '../../graph/shape.ts';
import type { Batch } from '../data/batches.ts';
import type {
  BuildOptions,
  MemoryObservation,
  MemoryPrediction,
  Metrics,
  Observation,
  Trainer,
} from '../engine.ts';
import type { Weights } from '../weights.ts';
import { Feeder, type StepFeeds } from './feeds.ts';
import { StepNoise } from './noise.ts';
import { observeStep, predictStep } from './observe.ts';
import { cut, placeOf } from './parts.ts';
import type { Loaded, Values } from './runtime.ts';
import { readNetwork, saveNetwork } from './saved.ts';
import { Sessions } from './sessions.ts';
import { TrainingState } from './state.ts';
import { NAMES, writeEvaluation, writeProbe, writeStep, type Part, type StepGraph } from './step.ts';
import type { Target } from './targets/target.ts';

const RESULTS = [NAMES.loss, NAMES.correct];

/** Trains a network by onnxruntime, one graph for each size of batch. */
export class OnnxTrainer implements Trainer {
  readonly #network: ResolvedGraph;
  readonly #options: BuildOptions;
  readonly #target: Target;
  readonly #state: TrainingState;
  readonly #sessions: Sessions;
  readonly #feeder: Feeder;
  readonly microBatch: number;

  /** Throws `not-in-onnx` and `no-gradient` with the layer's path. */
  static async create(loaded: Loaded, network: ResolvedGraph, options: BuildOptions): Promise<OnnxTrainer> {
    const trainer = new OnnxTrainer(loaded, network, options);
    await trainer.restore(options.weights);
    // A layer that cannot be trained is told of before the data is read.
    trainer.#writeStep(1, 1);
    return trainer;
  }

  private constructor(loaded: Loaded, network: ResolvedGraph, options: BuildOptions) {
    this.#network = network;
    this.#options = options;
    this.#target = loaded.target;
    this.microBatch = options.microBatch ?? options.batch;
    this.#state = new TrainingState(network, options.optimizer);
    this.#sessions = new Sessions(loaded);
    this.#feeder = new Feeder(loaded, network.input.slice(1), this.#state);
  }

  /** The network at another batch size. */
  #at(batch: number): ResolvedGraph {
    return resolve(this.#network.graph, [batch, ...this.#network.input.slice(1)]);
  }

  #writeStep(count: number, examples: number, part?: Part): StepGraph {
    const { optimizer } = this.#options;
    return writeStep(this.#at(count), { optimizer, examples, target: this.#target, ...(part && { part }) });
  }

  async step(batch: Batch, number: number): Promise<Metrics> {
    const noise = new StepNoise(this.#options.seed, number);
    const parts = cut(batch, this.microBatch);
    let total: Metrics = { count: 0, loss: 0, correct: 0 };
    for (const [i, part] of parts.entries()) {
      const place = placeOf(i, parts.length);
      const { session, step } = await this.#sessions.get(
        `step ${part.count} of ${batch.count} ${place}`,
        () => {
          const written = this.#writeStep(part.count, batch.count, place);
          return { model: written.model, step: written };
        },
      );
      const { feeds, into } = this.#stepFeeds(step!, part, number, noise);
      total = added(total, metrics(part, await session.run(feeds, into, RESULTS)));
    }
    return total;
  }

  #stepFeeds(step: StepGraph, part: Batch, number: number, noise: StepNoise): StepFeeds {
    return this.#feeder.step(step, part, { number, noise, optimizer: this.#options.optimizer });
  }

  async evaluate(batch: Batch): Promise<Metrics> {
    let total: Metrics = { count: 0, loss: 0, correct: 0 };
    for (const part of cut(batch, this.microBatch)) {
      const { session, model } = await this.#sessions.get(`evaluate ${part.count}`, () => ({
        model: writeEvaluation(this.#at(part.count), this.#target),
      }));
      total = added(total, metrics(part, await session.run(this.#feeder.forward(model, part), {}, RESULTS)));
    }
    return total;
  }

  async observe(batch: number): Promise<Observation> {
    const { model, outputs } = writeProbe(this.#at(batch), this.#target);
    const images = new Float32Array(batch * elements(this.#network.input.slice(1)));
    const blank = { count: batch, images, labels: new Uint8Array(batch) };
    return this.#sessions.once(model, async (session) => {
      const results = await session.run(this.#feeder.forward(model, blank), {}, [...outputs.values()]);
      return {
        params: this.#state.count(false),
        buffers: this.#state.count(true),
        shapes: new Map([...outputs].map(([path, name]) => [path, [...results[name]!.dims]])),
        batch,
      };
    });
  }

  predictMemory(): MemoryPrediction {
    const { batch } = this.#options;
    return predictStep(this.#writeStep(Math.min(this.microBatch, batch), batch), this.memory());
  }

  async observeMemory(batch: Batch): Promise<MemoryObservation> {
    const [part] = cut(batch, this.microBatch);
    const step = this.#writeStep(part!.count, batch.count);
    const feeds = this.#stepFeeds(step, part!, 0, new StepNoise(this.#options.seed, 0));
    const observed = await observeStep(this.#sessions, step, feeds, this.memory());
    return { microBatch: part!.count, ...observed };
  }

  state(): Promise<Weights> {
    return Promise.resolve(this.#state.copy());
  }

  restore(state: Weights): Promise<void> {
    this.#state.restore(state);
    return Promise.resolve();
  }

  memory(): number {
    return this.#state.bytes;
  }

  /** Writes `model.onnx`. Throws `cannot-save`. */
  save(folder: string): Promise<void> {
    return saveNetwork(folder, this.#at(1), this.#state.copy());
  }

  async load(path: string): Promise<void> {
    this.#state.replaceWeights(await readNetwork(path, this.#network));
  }

  dispose(): void {
    this.#sessions.dispose();
    this.#state.dispose();
  }
}

const metrics = ({ count }: Batch, outputs: Values): Metrics => ({
  count,
  loss: Number(outputs[NAMES.loss]!.data[0]),
  correct: Number(outputs[NAMES.correct]!.data[0]),
});

const added = (a: Metrics, b: Metrics): Metrics => ({
  count: a.count + b.count,
  loss: a.loss + b.loss,
  correct: a.correct + b.correct,
});
