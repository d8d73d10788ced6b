import { VggError } from '../../core/errors/error.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import { add } from '../../layers/shared/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import type { WeightGradient } from '../../layers/shared/onnx/result.ts';
import { weightSpecs } from '../weights.ts';
import { writeBackward, writeForward, type Backward, type Forward } from './differentiate.ts';
import { BACKWARD } from './liveness.ts';
import { writeLoss, type Loss } from './loss.ts';
import { NAMES } from './names.ts';
import { gradientValue } from '../../layers/shared/onnx/weight-gradient.ts';
import type { OnnxWriter } from '../../onnx/writer.ts';

interface WrittenNetwork {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly forward: Forward;
  readonly loss: Loss;
}

/** The network with its loss. Throws `no-class-scores` unless the network gives N×K. */
export function writeNetwork(g: OnnxWriter, resolved: ResolvedGraph): WrittenNetwork {
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

interface WrittenGradients extends WrittenNetwork {
  /** The last layer's first. */
  readonly gradients: ReadonlyMap<string, WeightGradient>;
  readonly backward: Backward;
}

/**
 * The network with its loss and the gradients of all learnable weights, for a mean loss in which each example has a
 * `share`.
 */
export function writeGradients(g: OnnxWriter, resolved: ResolvedGraph, share: Tensor): WrittenGradients {
  const network = writeNetwork(g, resolved);
  g.scope = BACKWARD;
  const gradient = network.loss.gradient(share);
  const backward = writeBackward(g, network.forward, resolved.graph.outputs[0]!, gradient);
  g.scope = 'update';
  const gradients = new Map([...backward.weights].map(([name, parts]) => [name, added(g, parts)]));
  return { ...network, gradients, backward };
}

/** One gradient of a weight that several layers may share. */
function added(g: OnnxGraph, [first, ...others]: readonly WeightGradient[]): WeightGradient {
  return others.reduce<WeightGradient>(
    (sum, other) => add(g, gradientValue(g, sum), gradientValue(g, other)),
    first!,
  );
}
