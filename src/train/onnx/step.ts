import { VggError } from '../../errors/error.ts';
import { INPUT } from '../../graph/graph.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import type { Shape } from '../../graph/shape.ts';
import { add, multiply, reshape, subtract } from '../../layers/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor, WeightGradient } from '../../layers/onnx/graph.ts';
import { ADAM, optimizerSlots, type Optimizer } from '../optimizer.ts';
import { weightSpecs, type Weights } from '../weights.ts';
import { writeBackward, writeForward, type Forward } from './differentiate.ts';
import { writeLate } from './late.ts';
import { BACKWARD } from './liveness.ts';
import { writeLoss } from './loss.ts';
import { initializerOf } from './initial-state.ts';
import type { OnnxModel } from './model.ts';
import { gradientValue, writeUpdate } from './update.ts';
import { cpu } from './targets/cpu.ts';
import type { Target } from './targets/target.ts';
import { OnnxWriter, type Noise } from './writer.ts';

/** A tensor that a step reads and gives back changed, under two names. */
export interface StateTensor {
  /** `block1.conv1.weight`, `exp_avg/block1.conv1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly output: string;
}

export interface StepGraph {
  readonly model: OnnxModel;
  readonly state: readonly StateTensor[];
  readonly noises: readonly Noise[];
}

/** Names of the graph's inputs and outputs beside the state. */
export const NAMES = {
  images: 'images',
  scores: 'scores',
  labels: 'labels',
  learningRate: 'learning_rate',
  /** How many steps were made, this one included. */
  step: 'step',
  /** 1 − βᵗ for Adam's two averages, where the target cannot compute them from the step. */
  corrections: ['bias_correction1', 'bias_correction2'],
  loss: 'loss_sum',
  correct: 'correct',
} as const;

/** The name under which a step gives a state tensor back. */
export const nextName = (name: string): string => `${name}/next`;
/** The sum of the gradients of the parts of a batch. */
export const gradientName = (name: string): string => `gradient/${name}`;

/** Which part of a batch a graph works on. */
export type Part = 'first' | 'middle' | 'last';

export interface StepOptions {
  readonly optimizer: Optimizer;
  /** Examples of the whole batch, whose mean loss is differentiated; those of the graph when left out. */
  readonly examples?: number;
  /**
   * The part of a batch that the graph works on. All but the last add their gradients to a sum; the last updates the
   * weights by the sum and its own. A batch in one piece when left out.
   */
  readonly part?: Part;
  /** The optimizer's learning rate stands in the graph; an input when left out. */
  readonly fixedRate?: boolean;
  /** Where it is to run; the CPU when left out. */
  readonly target?: Target;
}

/**
 * One training step as an ONNX graph: forward, backward, update, for the batch and image size of the resolved graph.
 * Inputs are the images, the labels, the state, noise, the learning rate and the number of the step; outputs the sum
 * of the losses, the hits and the new state. Every new value is computed after all else, so that it may be written
 * over the old one.
 * Throws `not-in-onnx` and `no-gradient` with the layer's path.
 */
export function writeStep(resolved: ResolvedGraph, options: StepOptions): StepGraph {
  const { optimizer, examples = resolved.input[0]!, part, fixedRate = false, target = cpu } = options;
  const g = new OnnxWriter({ training: true, target });
  const { weights, forward, loss } = writeNetwork(g, resolved);
  const output = resolved.graph.outputs[0]!;
  g.scope = BACKWARD;
  const backward = writeBackward(g, forward, output, loss.gradient(examples));
  const state: { state: StateTensor; value: Tensor }[] = [];
  const keep = (name: string, value: Tensor, shape = value.shape): void => {
    state.push({ state: { name, shape, output: nextName(name) }, value });
  };
  g.scope = 'update';
  const gradients = new Map([...backward.weights].map(([name, parts]) => [name, added(g, parts)]));
  const sums = new Map<string, Tensor>();
  if (part === 'middle' || part === 'last') {
    for (const name of gradients.keys()) {
      sums.set(name, g.input(gradientName(name), weights.get(name)!.shape));
    }
  }
  const after = [...backward.last, ...forward.buffers.values(), loss.total, loss.correct];
  const updates = part === undefined || part === 'last';
  const rate =
    updates && !fixedRate
      ? g.input(NAMES.learningRate, [1])
      : g.constant(updates ? optimizer.lr : 1, 'float32', [1]);
  const corrections = updates && optimizer.name.startsWith('adam') ? writeCorrections(g) : [];
  const one = g.constant(1, 'float32', [1]);
  const [lateOne, lateRate, ...lateCorrections] = writeLate(g, [one, rate, ...corrections], after);
  for (const [name, buffer] of forward.buffers) {
    g.scope = `${name}/update`;
    keep(name, multiply(g, buffer, lateOne!));
  }
  for (const [name, gradient] of gradients) {
    g.scope = `${name}/update`;
    const weight = weights.get(name)!;
    const sum = sums.get(name);
    const whole: WeightGradient = sum ? add(g, sum, gradientValue(g, gradient)) : gradient;
    if (!updates) {
      keep(gradientName(name), multiply(g, gradientValue(g, whole), lateOne!));
      continue;
    }
    const slots = optimizerSlots(optimizer).map((slot) => g.input(`${slot}/${name}`, weight.shape));
    const [first, second] = lateCorrections;
    const numbers = {
      one: lateOne!,
      learningRate: lateRate!,
      corrections: first && second ? ([first, second] as const) : undefined,
    };
    const update = writeUpdate(g, optimizer, numbers, { weight, slots, gradient: whole });
    keep(name, update.weight);
    update.slots.forEach((value, i) => keep(slots[i]!.name, value));
  }
  const outputs = [
    g.output(loss.total, NAMES.loss),
    g.output(loss.correct, NAMES.correct),
    ...state.map(({ state: { output: name }, value }) => g.output(value, name)),
  ];
  const about = `one training step of ${resolved.graph.name}, batch ${resolved.input[0]}, ${optimizer.name}`;
  return {
    model: g.model({ name: resolved.graph.name, about }, outputs),
    state: state.map(({ state: tensor }) => tensor),
    noises: g.noises,
  };
}

/** Loss and hits without training: no noise, running statistics. */
export function writeEvaluation(resolved: ResolvedGraph, target: Target = cpu): OnnxModel {
  const g = new OnnxWriter({ training: false, target });
  const { loss } = writeNetwork(g, resolved);
  const outputs = [g.output(loss.total, NAMES.loss), g.output(loss.correct, NAMES.correct)];
  return g.model(
    { name: resolved.graph.name, about: `loss of ${resolved.graph.name}, batch ${resolved.input[0]}` },
    outputs,
  );
}

/** What every layer gives, by path, for the whole batch: to look at the shapes. */
export function writeProbe(
  resolved: ResolvedGraph,
  target: Target = cpu,
): {
  model: OnnxModel;
  outputs: ReadonlyMap<string, string>;
} {
  const g = new OnnxWriter({ training: false, target });
  const { forward } = writeNetwork(g, resolved);
  const paths = [...forward.values.keys()].filter((path) => path !== INPUT);
  const outputs = paths.map((path) => g.output(forward.values.get(path)!, `shown/${path}`));
  return {
    model: g.model({ name: resolved.graph.name, about: `layers of ${resolved.graph.name}` }, outputs),
    outputs: new Map(paths.map((path) => [path, `shown/${path}`])),
  };
}

/** The network for inference with its weights in it, from `images` to `scores`; standard operators alone. */
export function writeInference(resolved: ResolvedGraph, values: Weights): OnnxModel {
  const g = new OnnxWriter({ training: false });
  const images = g.input(NAMES.images, resolved.input);
  const weights = weightSpecs(resolved).map(({ name, spec }) =>
    initializerOf(name, spec.shape, values.get(name)!),
  );
  const forward = writeForward(g, resolved, images, new Map(weights.map((weight) => [weight.name, weight])));
  const scores = g.output(forward.values.get(resolved.graph.outputs[0]!)!, NAMES.scores);
  const about = `${resolved.graph.name} from ${resolved.graph.source}, trained by vgg-inspect`;
  return { ...g.model({ name: resolved.graph.name, about }, [scores], weights), openBatch: true };
}

interface WrittenNetwork {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly forward: Forward;
  readonly loss: ReturnType<typeof writeLoss>;
}

/** The network with its loss. Throws `no-class-scores` unless the network gives N×K. */
function writeNetwork(g: OnnxWriter, resolved: ResolvedGraph): WrittenNetwork {
  const images = g.input(NAMES.images, resolved.input);
  const labels = g.input(NAMES.labels, [resolved.input[0]!], g.wide ? 'int64' : 'float32');
  const weights = new Map(
    weightSpecs(resolved).map(({ name, spec }) => [name, g.input(name, spec.shape)] as const),
  );
  const forward = writeForward(g, resolved, images, weights);
  const path = resolved.graph.outputs[0]!;
  const scores = forward.values.get(path)!;
  if (scores.shape.length !== 2) throw new VggError('no-class-scores', { shape: scores.shape }, { path });
  g.scope = 'loss';
  return { weights, forward, loss: writeLoss(g, scores, labels) };
}

/** One gradient of a weight that several layers may share. */
function added(g: OnnxGraph, [first, ...others]: readonly WeightGradient[]): WeightGradient {
  return others.reduce<WeightGradient>(
    (sum, other) => add(g, gradientValue(g, sum), gradientValue(g, other)),
    first!,
  );
}

/** 1 − βᵗ, in double precision until it is rounded: for small t it is the difference of nearly equal numbers. */
function writeCorrections(g: OnnxWriter): Tensor[] {
  if (!g.wide) return NAMES.corrections.map((name) => g.input(name, [1]));
  const step = g.input(NAMES.step, [1], 'int64');
  const t = g.run('Cast', [step], { shape: [1], type: 'float64' }, { to: 11 });
  return [ADAM.beta1, ADAM.beta2].map((beta) => {
    const power = g.run('Pow', [g.constant(beta, 'float64', [1]), t], { shape: [1], type: 'float64' });
    const rest = subtract(g, g.constant(1, 'float64', [1]), power);
    return reshape(g, g.run('Cast', [rest], [1], { to: 1 }), [1]);
  });
}
