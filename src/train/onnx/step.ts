import type { ResolvedGraph } from '../../graph/resolve.ts';
import { multiply } from '../../layers/shared/onnx/arithmetic.ts';
import type { OptimizerSettings } from '../../optimizers/registry.ts';
import { writeLate } from './late.ts';
import { NAMES } from './names.ts';
import { writeGradients } from './network.ts';
import { keepUpdate, StepOutputs, type StepGraph } from './step-graph.ts';
import { cpu } from './targets/cpu.ts';
import type { Target } from './targets/target.ts';
import { writeStepNumbers } from './step-numbers.ts';
import { OnnxWriter } from '../../onnx/writer.ts';

export interface StepOptions {
  readonly optimizer: OptimizerSettings;
  /** The optimizer's learning rate is a constant of the graph; an input when left out. */
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
export function writeStep(
  resolved: ResolvedGraph,
  { optimizer, fixedRate = false, target = cpu }: StepOptions,
): StepGraph {
  const g = new OnnxWriter({ training: true, dialect: target });
  const examples = resolved.input[0]!;
  const { weights, forward, loss, gradients, backward } = writeGradients(
    g,
    resolved,
    g.constant(1 / examples),
  );
  const outputs = new StepOutputs();
  outputs.give(NAMES.loss, loss.total);
  outputs.give(NAMES.correct, loss.correct);
  const rate = fixedRate ? g.constant(optimizer.lr, 'float32', [1]) : g.input(NAMES.learningRate, [1]);
  const numbers = [g.constant(1, 'float32', [1]), rate, ...writeStepNumbers(g, optimizer)];
  const after = [...backward.last, ...forward.buffers.values(), loss.total, loss.correct];
  const [one, learningRate, ...perStep] = writeLate(g, numbers, after);
  const late = { one: one!, learningRate: learningRate!, perStep };
  for (const [name, buffer] of forward.buffers) {
    g.scope = `${name}/update`;
    outputs.keep(name, multiply(g, buffer, one!));
  }
  for (const [name, gradient] of gradients) {
    g.scope = `${name}/update`;
    keepUpdate(g, outputs, optimizer, late, { name, weight: weights.get(name)!, gradient });
  }
  const about = `one training step of ${resolved.graph.name}, batch ${examples}, ${optimizer.name}`;
  return outputs.graph(g, { name: resolved.graph.name, about });
}
