import { resolve, type ResolvedGraph } from '../../graph/resolve.ts';
import { elements } from '../../core/arithmetic.ts';
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
import { addMetrics, noMetrics } from '../metrics.ts';
import type { Weights } from '../weights.ts';
import { updateInBlocks } from './block-update.ts';
import { BLOCK } from './blocks.ts';
import { Feeder, type StepInputs } from './feeds.ts';
import { writeEvaluation, writeProbe } from './forward-graphs.ts';
import { Gathered } from './gathered.ts';
import { bytesGiven, footprint, liveness } from './liveness.ts';
import { NAMES } from './names.ts';
import { StepNoise } from './noise.ts';
import { observeStep, predictStep } from './observe.ts';
import { writePart, type Learned, type PartGraph } from './part.ts';
import type { Loaded, Values } from './runtime.ts';
import { readNetwork, saveNetwork } from './saved.ts';
import { Sessions } from './sessions.ts';
import { TrainingState } from './state.ts';
import { writeStep } from './step.ts';
import type { StepGraph } from './step-graph.ts';
import type { Target } from './targets/target.ts';

const RESULTS = [NAMES.loss, NAMES.correct];

/**
 * Trains a network by onnxruntime, one graph for each size of batch. A batch larger than `microBatch` is computed in
 * parts whose gradients are added up, before other graphs update the weights. Networks with large weights are updated
 * in that way whatever the batch.
 */
export class OnnxTrainer implements Trainer {
  readonly #network: ResolvedGraph;
  readonly #options: Omit<BuildOptions, 'weights'>;
  readonly #target: Target;
  readonly #state: TrainingState;
  readonly #sessions: Sessions;
  readonly #feeder: Feeder;
  #gathered: Gathered | undefined;
  readonly microBatch: number;
  /**
   * Whether the weights are updated by a graph of their own, from gradients that were gathered: always where a batch is
   * cut, and where that needs less memory. Large products of factors are faster there too, block by block.
   */
  readonly #updatesApart: boolean;

  /** Throws `not-in-onnx` and `no-gradient` with the layer's path. */
  static async create(
    loaded: Loaded,
    network: ResolvedGraph,
    { weights, ...options }: BuildOptions,
  ): Promise<OnnxTrainer> {
    const trainer = new OnnxTrainer(loaded, network, options);
    await trainer.restore(weights());
    return trainer;
  }

  private constructor(loaded: Loaded, network: ResolvedGraph, options: Omit<BuildOptions, 'weights'>) {
    this.#network = network;
    this.#options = options;
    this.#target = loaded.target;
    this.#state = new TrainingState(network, options.optimizer);
    this.#sessions = new Sessions(loaded);
    this.#feeder = new Feeder(loaded, network.input.slice(1));
    // A layer that cannot be trained is told of before the data is read. One example may be too few for a batch-norm.
    const few = this.#writePart(Math.min(2, options.batch));
    const budget = few.mixesBatch ? Infinity : loaded.target.budget;
    this.microBatch =
      options.microBatch ??
      fittingPart(options.batch, budget, (count) => liveness(this.#writePart(count).model).peak);
    this.#updatesApart =
      this.microBatch < options.batch ||
      (loaded.target.blocks && few.learned.some(isLargeProduct)) ||
      this.#needsLessApart(options.batch, loaded.target.budget);
    if (this.#updatesApart) this.#gather(few, options.batch);
  }

  /**
   * A step that updates the weights as well needs no room for gradients, but temporaries of the update, and onnxruntime
   * returns copies of the whole state.
   */
  #needsLessApart(batch: number, budget: number): boolean {
    const together = footprint(this.#writeStep(batch).model);
    if (together <= budget) return false;
    const { model } = this.#writePart(batch);
    // The gradients stay with us beside the copies of them.
    return bytesGiven(model) + footprint(model) < together;
  }

  /** The network at another batch size. */
  #at(batch: number): ResolvedGraph {
    return resolve(this.#network.graph, [batch, ...this.#network.input.slice(1)]);
  }

  #writeStep(count: number): StepGraph {
    return writeStep(this.#at(count), { optimizer: this.#options.optimizer, target: this.#target });
  }

  #writePart(count: number): PartGraph {
    return writePart(this.#at(count), { examples: this.#options.batch, target: this.#target });
  }

  step(batch: Batch, number: number): Promise<Metrics> {
    const { optimizer, seed } = this.#options;
    const noise = new StepNoise(seed, number);
    const inputs = { number, optimizer, noise, examples: batch.count };
    const inParts = this.#updatesApart || batch.count > this.microBatch;
    return inParts ? this.#inParts(batch, inputs) : this.#whole(batch, inputs);
  }

  async #whole(batch: Batch, inputs: StepInputs): Promise<Metrics> {
    const { count } = batch;
    const { session, graph } = await this.#sessions.get(`step ${count}`, () => this.#writeStep(count), {
      keepsMemory: count === Math.min(this.microBatch, this.#options.batch),
    });
    const { feeds, into } = this.#feeder.step(graph, batch, this.#state, inputs);
    return metrics(batch, await session.run(feeds, into, RESULTS));
  }

  async #inParts(batch: Batch, inputs: StepInputs): Promise<Metrics> {
    const { graph: whole } = await this.#part(this.microBatch);
    const gathered = this.#gather(whole, batch.count);
    gathered.begin();
    let total = noMetrics;
    for (const part of cut(batch, this.microBatch)) {
      const { session, graph } = await this.#part(part.count);
      const holder = gathered.of(total.count, part.count);
      const { feeds, into } = this.#feeder.step(graph, part, holder, inputs);
      total = addMetrics(total, metrics(part, await session.run(feeds, into, RESULTS)));
    }
    const [sessions, feeder, target] = [this.#sessions, this.#feeder, this.#target];
    await updateInBlocks({ sessions, feeder, target, gathered }, whole.learned, inputs);
    gathered.finish();
    return total;
  }

  /** Room for what the parts of a batch leave. */
  #gather(part: PartGraph, examples: number): Gathered {
    if (!this.#gathered || this.#gathered.examples < examples) {
      this.#gathered = new Gathered(this.#state, part, examples);
    }
    return this.#gathered;
  }

  #part(count: number) {
    return this.#sessions.get(`part ${count}`, () => this.#writePart(count), {
      keepsMemory: count === this.microBatch,
    });
  }

  async evaluate(batch: Batch): Promise<Metrics> {
    let total = noMetrics;
    for (const part of cut(batch, this.microBatch)) {
      const { session, graph } = await this.#sessions.get(`evaluate ${part.count}`, () => ({
        model: writeEvaluation(this.#at(part.count), this.#target),
      }));
      const feeds = this.#feeder.forward(graph.model, part, this.#state);
      total = addMetrics(total, metrics(part, await session.run(feeds, {}, RESULTS)));
    }
    return total;
  }

  async observe(batch: number): Promise<Observation> {
    const { model, outputs } = writeProbe(this.#at(batch), this.#target);
    const images = new Float32Array(batch * elements(this.#network.input.slice(1)));
    const blank = { count: batch, images, labels: new Uint8Array(batch) };
    return this.#sessions.once(model, async (session) => {
      const feeds = this.#feeder.forward(model, blank, this.#state);
      const results = await session.run(feeds, {}, [...outputs.values()]);
      return {
        params: this.#state.count(true),
        buffers: this.#state.count(false),
        parameterBytes: this.#state.parameterBytes(),
        shapes: new Map([...outputs].map(([path, name]) => [path, [...results[name]!.dims]])),
        batch,
      };
    });
  }

  predictMemory(): MemoryPrediction {
    return predictStep(this.#largest(this.#options.batch), this.#gathered?.bytes ?? 0);
  }

  async observeMemory(batch: Batch): Promise<MemoryObservation> {
    const [part] = cut(batch, this.microBatch);
    const { optimizer, seed } = this.#options;
    const inputs = { number: 0, optimizer, noise: new StepNoise(seed, 0), examples: batch.count };
    const graph = this.#largest(batch.count);
    const feeds = this.#feeder.step(graph, part!, this.#gathered?.of(0, part!.count) ?? this.#state, inputs);
    const observed = await observeStep(this.#sessions, graph, feeds, this.memory());
    return { microBatch: part!.count, ...observed };
  }

  /** The graph that needs most of a step's memory. */
  #largest(batch: number): StepGraph {
    const inParts = this.#updatesApart || batch > this.microBatch;
    return inParts ? this.#writePart(Math.min(batch, this.microBatch)) : this.#writeStep(batch);
  }

  state(): Promise<Weights> {
    return Promise.resolve(this.#state.copy());
  }

  restore(state: Weights): Promise<void> {
    this.#state.restore(state);
    return Promise.resolve();
  }

  memory(): number {
    return this.#state.bytes + (this.#gathered?.bytes ?? 0);
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
  }
}

/** Its gradient is left as factors, whose product is large. */
const isLargeProduct = ({ rowsEach, shape }: Learned): boolean =>
  rowsEach !== undefined && elements(shape) > BLOCK;

const metrics = ({ count }: Batch, outputs: Values): Metrics => ({
  count,
  loss: Number(outputs[NAMES.loss]!.data[0]),
  correct: Number(outputs[NAMES.correct]!.data[0]),
});
