import type { Graph } from '../../graph/graph.ts';
import { countScalars, isLearned, ownTensors } from '../../graph/parameters.ts';
import { resolveBatch, type ResolvedGraph } from '../../graph/resolve.ts';
import type { Shape } from '../../core/shape.ts';
import type { Family } from '../../layers/layer.ts';
import type { ElementType } from '../../layers/shared/operators.ts';
import type { Dtype } from '../../core/dtype.ts';
import type { DeviceSpeed } from '../devices/device.ts';
import { gradientFlow } from '../counts/gradient-flow.ts';
import { optimizerMemoryOf, type MemoryOptimizerName } from '../../optimizers/registry.ts';
import { BYTES } from '../memory/storage.ts';
import { likelyModel, type Layout } from './likely.ts';
import { workOf } from './traffic.ts';

/** What a kernel costs even if it does nothing: back-to-back launches of empty kernels on current devices. */
export const LAUNCH_SECONDS = 2e-6;

/** An amount that grows with the batch: `fixed + perExample × batch`. */
interface Affine {
  readonly fixed: number;
  readonly perExample: number;
}

interface Work {
  readonly family: Family | 'optimizer';
  readonly flops: Affine;
  readonly bytes: Affine;
  readonly kernels: number;
  readonly trainingOnly?: boolean;
}

/** What bounds a step: arithmetic, memory bandwidth, or starting kernels. */
export type Limit = 'compute' | 'bandwidth' | 'launches';

export interface StepTime {
  /** No step is shorter, but for algorithms that need fewer multiplications, and caches that hold a layer. */
  readonly seconds: number;
  /** What the step likely takes: at what real kernels achieve. */
  readonly likelySeconds: number;
  readonly examplesPerSecond: number;
  /** What most of the time goes to. */
  readonly limit: Limit;
  readonly share: Readonly<Record<Limit, number>>;
}

/** The arithmetic and traffic of a network's training step, for any batch size and device. */
export interface TimeModel {
  /** A lower bound: every byte moved once, every unit at its full rate, nothing waiting for data. */
  training(batch: number, speed: DeviceSpeed): StepTime;
  inference(batch: number, speed: DeviceSpeed): StepTime;
}

/**
 * Roofline of each layer: the larger of its operations over the unit's rate and its bytes over the bandwidth, and a
 * launch for each kernel. Shapes grow linearly with the batch, so two batch sizes give all of them: 2 and 3, because a
 * single example needs no copy where the batch is moved behind another dimension.
 */
export function timeModel(
  graph: Graph,
  examples: readonly Shape[],
  dtype: Dtype,
  optimizer: MemoryOptimizerName,
  layout: Layout = 'nchw',
): TimeModel {
  const type: ElementType = dtype === 'amp' ? 'float16' : dtype;
  const [two, three] = [2, 3].map((batch) => layersAt(resolveBatch(graph, batch, examples), type));
  const affine = (first: number, second: number): Affine => ({
    fixed: 3 * first - 2 * second,
    perExample: second - first,
  });
  const forward: Work[] = [];
  const backward: Work[] = [];
  two!.layers.forEach((a, i) => {
    const b = three!.layers[i]!;
    const { family } = a.node.layer;
    forward.push({
      family,
      trainingOnly: a.node.node.trainingOnly === true,
      flops: affine(2 * a.macs, 2 * b.macs),
      bytes: affine(a.traffic.forwardBytes, b.traffic.forwardBytes),
      kernels: a.traffic.forwardKernels,
    });
    backward.push({
      family,
      flops: affine(2 * a.backwardMacs, 2 * b.backwardMacs),
      bytes: affine(a.traffic.backwardBytes, b.traffic.backwardBytes),
      kernels: a.traffic.backwardKernels,
    });
  });
  const update: Work = {
    family: 'optimizer',
    flops: { fixed: 0, perExample: 0 },
    bytes: { fixed: optimizerBytes(two!.params, dtype, optimizer), perExample: 0 },
    kernels: 1,
  };
  const likely = likelyModel(graph, examples, dtype, update.bytes.fixed, layout);
  const training = [...forward, ...backward, update];
  const inference = forward.filter(({ trainingOnly }) => !trainingOnly);
  return {
    training: (batch, speed) => ({
      ...stepTime(training, batch, speed, dtype),
      likelySeconds: likely.training(batch, speed),
    }),
    inference: (batch, speed) => ({
      ...stepTime(inference, batch, speed, dtype),
      likelySeconds: likely.inference(batch, speed),
    }),
  };
}

function layersAt(resolved: ResolvedGraph, type: ElementType) {
  const layers = workOf(resolved, type, gradientFlow(resolved));
  return { layers, params: countScalars(resolved.nodes.flatMap(ownTensors).filter(isLearned)).params };
}

/** The least that an update moves: weight, gradient and state read, weight and state written. */
function optimizerBytes(params: number, dtype: Dtype, optimizer: MemoryOptimizerName): number {
  const bytes = dtype === 'amp' ? BYTES.float32 : BYTES[dtype];
  return params * bytes * (3 + 2 * optimizerMemoryOf(optimizer).states.length);
}

function stepTime(
  work: readonly Work[],
  batch: number,
  speed: DeviceSpeed,
  dtype: Dtype,
): Omit<StepTime, 'likelySeconds'> {
  const spent: Record<Limit, number> = { compute: 0, bandwidth: 0, launches: 0 };
  const at = ({ fixed, perExample }: Affine) => fixed + perExample * batch;
  for (const { family, flops, bytes, kernels } of work) {
    const computing = at(flops) / (rate(speed, family, dtype) * 1e12);
    const moving = at(bytes) / (speed.bandwidth * 1e9);
    spent[computing > moving ? 'compute' : 'bandwidth'] += Math.max(computing, moving);
    spent.launches += kernels * LAUNCH_SECONDS;
  }
  const seconds = spent.compute + spent.bandwidth + spent.launches;
  const limits = Object.keys(spent) as Limit[];
  return {
    seconds,
    examplesPerSecond: batch / seconds,
    limit: limits.reduce((most, limit) => (spent[limit] > spent[most] ? limit : most)),
    share: {
      compute: spent.compute / seconds,
      bandwidth: spent.bandwidth / seconds,
      launches: spent.launches / seconds,
    },
  };
}

/** PyTorch's defaults: float32 convolutions may use tf32, matrix products do not. */
function rate({ tflops }: DeviceSpeed, family: Work['family'], dtype: Dtype): number {
  if (dtype !== 'float32') return tflops.float16 ?? tflops.float32;
  return family === 'conv' ? (tflops.tf32 ?? tflops.float32) : tflops.float32;
}
