import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VggError } from '../../errors/error.ts';
import { resolve, type ResolvedGraph } from '../../graph/resolve.ts';
import { elements, type Shape } from '../../graph/shape.ts';
import { writeAtomically } from '../atomic.ts';
import type { Batch } from '../data/batches.ts';
import type {
  BuildOptions,
  MemoryObservation,
  MemoryPrediction,
  Metrics,
  Observation,
  Trainer,
} from '../engine.ts';
import { optimizerSlots } from '../optimizer.ts';
import { weightSpecs, type Weights } from '../weights.ts';
import { decodeInitializers } from './decode.ts';
import { encodeModel } from './encode.ts';
import { backwardStart, liveness } from './liveness.ts';
import { StepNoise } from './noise.ts';
import { openSession, type Runtime, type Session, type Values } from './runtime.ts';
import {
  gradientName,
  NAMES,
  writeEvaluation,
  writeInference,
  writeProbe,
  writeStep,
  type StepGraph,
} from './step.ts';

const FILE = 'model.onnx';
/** Graphs kept ready: the whole batch and the last short one, to train and to evaluate. */
const KEPT = 4;

type Part = 'first' | 'middle' | 'last' | undefined;

interface Ready {
  readonly session: Session;
  readonly step: StepGraph | undefined;
}

/** Trains a network by onnxruntime, one graph for each size of batch. The weights are arrays of ours, changed in place. */
export class OnnxTrainer implements Trainer {
  readonly #loaded: { readonly runtime: Runtime };
  readonly #network: ResolvedGraph;
  readonly #options: BuildOptions;
  /** Weights, buffers and what the optimizer keeps. */
  readonly #state: Map<string, { readonly shape: Shape; readonly values: Float32Array<ArrayBuffer> }>;
  readonly #sums = new Map<string, { readonly shape: Shape; readonly values: Float32Array<ArrayBuffer> }>();
  readonly #ready = new Map<string, Promise<Ready>>();
  readonly microBatch: number;

  /** Throws `not-in-onnx` and `no-gradient` with the layer's path. */
  static async create(
    loaded: { readonly runtime: Runtime },
    network: ResolvedGraph,
    options: BuildOptions,
  ): Promise<OnnxTrainer> {
    const trainer = new OnnxTrainer(loaded, network, options);
    await trainer.restore(options.weights);
    // A layer that cannot be trained is told of before the data is read.
    writeStep(trainer.#at(1), { optimizer: options.optimizer });
    return trainer;
  }

  private constructor(loaded: { readonly runtime: Runtime }, network: ResolvedGraph, options: BuildOptions) {
    this.#loaded = loaded;
    this.#network = network;
    this.#options = options;
    this.microBatch = options.microBatch ?? options.batch;
    const specs = weightSpecs(network);
    const slots = optimizerSlots(options.optimizer).flatMap((slot) =>
      specs
        .filter(({ spec }) => !spec.buffer)
        .map(({ name, spec }) => ({ name: `${slot}/${name}`, shape: spec.shape })),
    );
    const tensors = [...specs.map(({ name, spec }) => ({ name, shape: spec.shape })), ...slots];
    this.#state = new Map(
      tensors.map(({ name, shape }) => [name, { shape, values: new Float32Array(elements(shape)) }]),
    );
  }

  /** The network at another batch size. */
  #at(batch: number): ResolvedGraph {
    return resolve(this.#network.graph, [batch, ...this.#network.input.slice(1)]);
  }

  async step(batch: Batch, number: number): Promise<Metrics> {
    const noise = new StepNoise(this.#options.seed, number);
    const parts = cut(batch, this.microBatch);
    let total: Metrics = { count: 0, loss: 0, correct: 0 };
    for (const [i, part] of parts.entries()) {
      const place = placeOf(i, parts.length);
      const { session, step } = await this.#stepSession(part.count, batch.count, place);
      total = added(total, await this.#run(session, step!, part, number, noise));
    }
    return total;
  }

  async #run(
    session: Session,
    step: StepGraph,
    batch: Batch,
    number: number,
    noise: StepNoise,
  ): Promise<Metrics> {
    const { feeds, into } = this.#stepFeeds(step, batch, number, noise);
    return metrics(batch, await session.run(feeds, into, [NAMES.loss, NAMES.correct]));
  }

  /** What a step's graph takes, and the tensors of ours that it writes. */
  #stepFeeds(
    { model, state, noises }: StepGraph,
    batch: Batch,
    number: number,
    noise: StepNoise,
  ): { feeds: Values; into: Values } {
    const { Tensor } = this.#loaded.runtime;
    const into: Values = {};
    const feeds = this.#feeds(batch);
    const given = new Set(model.inputs.map(({ name }) => name));
    for (const [name, { values, shape }] of this.#state) {
      if (given.has(name)) feeds[name] = new Tensor('float32', values, shape);
    }
    for (const { name, shape, output } of state) {
      const held = this.#state.get(name) ?? this.#sum(name, shape);
      const tensor = (feeds[name] ??= new Tensor('float32', held.values, shape));
      into[output] = tensor;
    }
    for (const { name, shape } of model.inputs) {
      if (name.startsWith(gradientName(''))) {
        feeds[name] ??= new Tensor('float32', this.#sum(name, shape).values, shape);
      }
    }
    for (const wanted of noises) {
      feeds[wanted.tensor.name] = new Tensor('float32', noise.draw(wanted), wanted.tensor.shape);
    }
    feeds[NAMES.learningRate] = new Tensor('float32', Float32Array.of(this.#options.optimizer.lr), [1]);
    feeds[NAMES.step] = new Tensor('int64', BigInt64Array.of(BigInt(number + 1)), [1]);
    for (const name of Object.keys(feeds)) if (!given.has(name)) delete feeds[name];
    return { feeds, into };
  }

  /** Room for the sum of a weight's gradients over the parts of a batch. */
  #sum(name: string, shape: Shape) {
    const held = this.#sums.get(name) ?? { shape, values: new Float32Array(elements(shape)) };
    this.#sums.set(name, held);
    return held;
  }

  #feeds({ images, labels, count }: Batch): Values {
    const { Tensor } = this.#loaded.runtime;
    return {
      [NAMES.images]: new Tensor('float32', images, [count, ...this.#network.input.slice(1)]),
      [NAMES.labels]: new Tensor('int64', BigInt64Array.from(labels, BigInt), [count]),
    };
  }

  #weightFeeds(): Values {
    const { Tensor } = this.#loaded.runtime;
    return Object.fromEntries(
      weightSpecs(this.#network).map(({ name }) => {
        const { values, shape } = this.#state.get(name)!;
        return [name, new Tensor('float32', values, shape)];
      }),
    );
  }

  async evaluate(batch: Batch): Promise<Metrics> {
    let total: Metrics = { count: 0, loss: 0, correct: 0 };
    for (const part of cut(batch, this.microBatch)) {
      const { session } = await this.#session(`evaluate ${part.count}`, () => ({
        model: writeEvaluation(this.#at(part.count)),
      }));
      const feeds = { ...this.#feeds(part), ...this.#weightFeeds() };
      total = added(total, metrics(part, await session.run(feeds, {}, [NAMES.loss, NAMES.correct])));
    }
    return total;
  }

  #stepSession(count: number, examples: number, part: Part): Promise<Ready> {
    return this.#session(`step ${count} of ${examples} ${part}`, () => {
      const step = this.#writeStep(count, examples, part);
      return { model: step.model, step };
    });
  }

  #writeStep(count: number, examples: number, part: Part): StepGraph {
    const { optimizer } = this.#options;
    return writeStep(this.#at(count), { optimizer, examples, ...(part && { part }) });
  }

  /** A graph ready to run, made on first use; the one unused for longest makes room. */
  async #session(key: string, write: () => { model: StepGraph['model']; step?: StepGraph }): Promise<Ready> {
    const known = this.#ready.get(key);
    const ready =
      known ??
      (async () => {
        const { model, step } = write();
        return { session: await openSession(this.#loaded, model), step };
      })();
    this.#ready.delete(key);
    this.#ready.set(key, ready);
    const [oldest] = this.#ready.keys();
    if (this.#ready.size > KEPT) await this.#release(oldest!);
    try {
      return await ready;
    } catch (error) {
      this.#ready.delete(key);
      throw error;
    }
  }

  async #release(key: string): Promise<void> {
    const ready = this.#ready.get(key);
    this.#ready.delete(key);
    const { session } = await ready!;
    await session.release();
  }

  async observe(batch: number): Promise<Observation> {
    const { model, outputs } = writeProbe(this.#at(batch));
    const session = await openSession(this.#loaded, model);
    try {
      const [, ...image] = this.#network.input;
      const images = new Float32Array(batch * elements(image));
      const blank = { count: batch, images, labels: new Uint8Array(batch) };
      const given = new Set(model.inputs.map(({ name }) => name));
      const feeds = Object.entries({ ...this.#feeds(blank), ...this.#weightFeeds() });
      const results = await session.run(Object.fromEntries(feeds.filter(([name]) => given.has(name))), {}, [
        ...outputs.values(),
      ]);
      const shapes = [...outputs].map(([path, name]) => [path, [...results[name]!.dims]] as const);
      return {
        params: this.#count(false),
        buffers: this.#count(true),
        shapes: new Map(shapes),
        batch,
      };
    } finally {
      await session.release();
    }
  }

  /** The graph's tensors in the order in which it is written; onnxruntime may choose another. */
  predictMemory(): MemoryPrediction {
    const step = this.#writeStep(
      Math.min(this.microBatch, this.#options.batch),
      this.#options.batch,
      undefined,
    );
    const weights = this.memory();
    const { endOfForward, peak } = liveness(step.model, step.tensors);
    return {
      model: "live tensors of the step's graph",
      weights,
      endOfForward: weights + endOfForward,
      peak: weights + peak,
    };
  }

  /**
   * The forward part of the step gives out all that the backward part reads, which is counted; the peak is by how much
   * the process grows in a first step, on a copy of the state.
   */
  async observeMemory(batch: Batch): Promise<MemoryObservation> {
    const [part] = cut(batch, this.microBatch);
    const step = this.#writeStep(part!.count, batch.count, undefined);
    const weights = this.memory();
    const { feeds, into } = this.#stepFeeds(step, part!, 0, new StepNoise(this.#options.seed, 0));
    const kept = await this.#heldAfterForward(step, feeds);
    const before = process.memoryUsage.rss();
    const session = await openSession(this.#loaded, step.model);
    try {
      await session.run(feeds, {}, [...Object.keys(into), NAMES.loss, NAMES.correct]);
      const grown = process.memoryUsage.rss() - before;
      return {
        microBatch: part!.count,
        weights,
        endOfForward: weights + kept,
        peak: weights + Math.max(grown, kept),
      };
    } finally {
      await session.release();
    }
  }

  /** Bytes of what the backward pass reads of the forward pass, inputs aside. */
  async #heldAfterForward({ model, tensors }: StepGraph, feeds: Values): Promise<number> {
    const start = backwardStart(model);
    const [forward, backward] = [model.nodes.slice(0, start), model.nodes.slice(start)];
    const read = new Set(backward.flatMap(({ inputs }) => inputs));
    const views = new Set(
      forward.filter(({ operator }) => operator === 'Reshape').flatMap(({ outputs }) => outputs),
    );
    const kept = forward
      .flatMap(({ outputs }) => outputs)
      .filter((name) => read.has(name) && !views.has(name));
    const used = new Set(forward.flatMap(({ inputs }) => inputs));
    const session = await openSession(this.#loaded, {
      ...model,
      nodes: forward,
      inputs: model.inputs.filter(({ name }) => used.has(name)),
      outputs: kept.map((name) => tensors.get(name)!),
    });
    try {
      const taken = Object.entries(feeds).filter(([name]) => used.has(name));
      const results = await session.run(Object.fromEntries(taken), {}, kept);
      return Object.values(results).reduce((bytes, { data }) => bytes + (data as Float32Array).byteLength, 0);
    } finally {
      await session.release();
    }
  }

  #count(buffers: boolean): number {
    return weightSpecs(this.#network)
      .filter(({ spec }) => (spec.buffer === true) === buffers)
      .reduce((total, { name }) => total + this.#state.get(name)!.values.length, 0);
  }

  state(): Promise<Weights> {
    return Promise.resolve(new Map([...this.#state].map(([name, { values }]) => [name, values.slice()])));
  }

  restore(state: Weights): Promise<void> {
    for (const [name, { values }] of this.#state) {
      const given = state.get(name);
      if (given) values.set(given);
      else values.fill(0);
    }
    return Promise.resolve();
  }

  memory(): number {
    return [...this.#state.values(), ...this.#sums.values()].reduce(
      (total, { values }) => total + values.byteLength,
      0,
    );
  }

  /** Writes `model.onnx`, the network for inference. Throws `cannot-save`. */
  async save(folder: string): Promise<void> {
    try {
      await mkdir(folder, { recursive: true });
      const model = writeInference(this.#at(1), await this.state());
      await writeAtomically(join(folder, FILE), [encodeModel(model)]);
    } catch (error) {
      const reason = (error as Error).message;
      throw new VggError('cannot-save', { what: 'the network', file: folder, reason });
    }
  }

  async load(folder: string): Promise<void> {
    const file = join(folder, FILE);
    try {
      const found = decodeInitializers(await readFile(file));
      const weights = weightSpecs(this.#network).map(({ name, spec }) => {
        const values = found.get(name);
        if (values?.length !== elements(spec.shape)) throw new Error(`it has no ${name} of this network`);
        return [name, values] as const;
      });
      for (const [name, values] of weights) this.#state.get(name)!.values.set(values);
    } catch (error) {
      throw new VggError('cannot-load', { file, reason: (error as Error).message });
    }
  }

  dispose(): void {
    for (const key of this.#ready.keys()) void this.#release(key).catch(() => {});
    this.#sums.clear();
  }
}

function placeOf(i: number, count: number): Part {
  if (count === 1) return undefined;
  return i === 0 ? 'first' : i === count - 1 ? 'last' : 'middle';
}

/** The batch in parts of at most `size` examples. */
function cut({ images, labels, count }: Batch, size: number): Batch[] {
  const each = images.length / count;
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min((i + 1) * size, count)];
    return {
      count: to - from,
      images: images.subarray(from * each, to * each),
      labels: labels.subarray(from, to),
    };
  });
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
