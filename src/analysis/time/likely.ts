import type { Graph } from '../../graph/graph.ts';
import { resolveBatch } from '../../graph/resolve.ts';
import type { Dtype } from '../../core/dtype.ts';
import type { Shape } from '../../core/shape.ts';
import type { DeviceSpeed } from '../devices/device.ts';
import { CALIBRATION as C } from './calibration.ts';
import { kernelsOf, type Kernel } from './kernels.ts';

/** How images lie in memory: `torch.contiguous_format`, or `torch.channels_last`. */
export const layouts = ['nchw', 'nhwc'] as const;
export type Layout = (typeof layouts)[number];

/** Seconds that a step of a network likely takes, for any batch size and device. */
export interface LikelyModel {
  /** Without loading data; with the optimizer's step. */
  training(batch: number, speed: DeviceSpeed): number;
  inference(batch: number, speed: DeviceSpeed): number;
}

/** A kernel whose amounts grow with the batch: `fixed + perExample × batch`. */
interface GrowingKernel {
  readonly kernel: Kernel;
  readonly flops: Growing;
  readonly bytes: Growing;
  /** Input and output of a convolution, bytes; 0 for what is none. */
  readonly operands: Growing;
}

interface Growing {
  readonly fixed: number;
  readonly perExample: number;
}

const at = ({ fixed, perExample }: Growing, batch: number): number => fixed + perExample * batch;

/**
 * Kernel by kernel: arithmetic at the share of the peak that its operator achieves, traffic at the memory's bandwidth,
 * both overlapping, and all against the host that starts the kernels. `updateBytes` is what the optimizer moves.
 */
export function likelyModel(
  graph: Graph,
  examples: readonly Shape[],
  dtype: Dtype,
  updateBytes: number,
  layout: Layout,
): LikelyModel {
  // As in the roofline: two sizes give all; 1 may need fewer copies.
  const [two, three] = [2, 3].map((batch) => kernelsOf(resolveBatch(graph, batch, examples), dtype));
  const training = two!.map((kernel, i) => growing(kernel, three![i]!));
  const inference = training.filter(({ kernel }) => kernel.pass === 'forward' && !kernel.trainingOnly);
  return {
    training: (batch, speed) =>
      step(training, batch, speed, { dtype, layout, training: true }) +
      updateBytes / (speed.bandwidth * 1e9 * C.bandwidth),
    inference: (batch, speed) => step(inference, batch, speed, { dtype, layout, training: false }),
  };
}

function growing(two: Kernel, three: Kernel): GrowingKernel {
  const of = (amount: (kernel: Kernel) => number): Growing => {
    const [a, b] = [amount(two), amount(three)];
    return { fixed: 3 * a - 2 * b, perExample: b - a };
  };
  return {
    kernel: two,
    flops: of(({ flops }) => flops),
    bytes: of(({ bytes }) => bytes),
    operands: of(({ convolution }) => convolution?.operandBytes ?? 0),
  };
}

interface How {
  readonly dtype: Dtype;
  readonly layout: Layout;
  readonly training: boolean;
}

function step(kernels: readonly GrowingKernel[], batch: number, speed: DeviceSpeed, how: How): number {
  const bandwidth = speed.bandwidth * 1e9 * C.bandwidth;
  let device = 0;
  let host = 0;
  for (const { kernel, flops, bytes, operands } of kernels) {
    const multiplied = at(flops, batch);
    const twice = how.training && kernel.work === 'normalization' ? C.normalization : 1;
    const moving = (twice * at(bytes, batch)) / bandwidth;
    const computing = multiplied > 0 ? multiplied / rateOf(kernel, speed, how) : 0;
    const transposed = transposes(kernel, speed, how) ? C.transposes * at(operands, batch) : 0;
    device += overlapped(computing, moving, C.overlap) + transposed / bandwidth + C.startSeconds;
    host += C.hostSeconds[kernel.pass];
  }
  return overlapped(device, host, C.hostOverlap);
}

const overlapped = (a: number, b: number, exponent: number): number =>
  a === 0 ? b : (a ** exponent + b ** exponent) ** (1 / exponent);

type Unit = keyof typeof C.peakShare;

/** The unit that multiplies: PyTorch's defaults let float32 convolutions use tf32, matrix products not. */
function unitOf({ work }: Kernel, { tflops }: DeviceSpeed, dtype: Dtype): { unit: Unit; peak: number } {
  const { float32, tf32, float16 } = tflops;
  if (dtype !== 'float32' && float16 !== undefined)
    return { unit: tf32 === undefined ? 'earlyHalf' : 'half', peak: float16 };
  if (dtype === 'float32' && work === 'convolution' && tf32 !== undefined)
    return { unit: 'tf32', peak: tf32 };
  return { unit: 'float32', peak: float32 };
}

/** Operations a second. */
function rateOf(kernel: Kernel, speed: DeviceSpeed, { dtype, layout }: How): number {
  const { convolution, pass, width } = kernel;
  const backward = pass === 'backward';
  if (convolution?.depthwise) {
    const { share, halfAtTaps, backward: slower } = C.depthwise;
    const { taps } = convolution;
    const achieved = (share[layout] * taps) / (taps + halfAtTaps);
    return speed.tflops.float32 * 1e12 * achieved * (backward ? slower : 1);
  }
  const { unit, peak } = unitOf(kernel, speed, dtype);
  const balance = (peak * 1e12) / (speed.bandwidth * 1e9);
  const of = (half: number) => width / (width + half * balance);
  if (convolution && convolution.groups > 1) {
    const { share: achieved, halfAtChannels, backward: slower } = C.grouped;
    const where = unit === 'float32' ? 'nchw' : layout;
    return peak * 1e12 * achieved * of(halfAtChannels) * (backward ? slower[where] : 1);
  }
  return peak * 1e12 * C.peakShare[unit] * of(C.halfAtChannels) * (backward ? C.backward[unit] : 1);
}

function transposes(kernel: Kernel, speed: DeviceSpeed, { dtype, layout }: How): boolean {
  const { convolution } = kernel;
  if (!convolution || convolution.depthwise || layout === 'nhwc') return false;
  return unitOf(kernel, speed, dtype).unit !== 'float32';
}
