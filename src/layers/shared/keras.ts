import { VggError } from '../../core/errors/error.ts';
import type { Shape } from '../../core/shape.ts';
import { keepsInput, keepsNothing, passedOn, type Recording } from './keras-tape.ts';
import { perAxis, reachOf, type Rank, type Window } from './window.ts';

/** How a weight of ours lies in Keras: axis k of the Keras weight is axis `axes[k]` of PyTorch's. */
export interface KerasWeight {
  /** Name of the WeightSpec. */
  readonly name: string;
  /** In order when left out. */
  readonly axes?: readonly number[];
}

/** One Keras layer as a model's JSON holds it, without its name. Images are N×H×W×C there. */
export interface KerasLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** In the order of the Keras layer's own weights. */
  readonly weights?: readonly KerasWeight[];
  /** What TensorFlow.js's tape records of it; without it the memory of a training cannot be predicted. */
  readonly tape?: Recording;
}

/** An element-wise function by Keras's name. */
export const kerasActivation = (activation: string, tape: Recording) => (): readonly KerasLayer[] => [
  { class_name: 'Activation', config: { activation }, tape },
];

/** Hands on what comes in. */
export const kerasIdentity = kerasActivation('linear', passedOn);

/** Throws the error of a layer that Keras has no exact counterpart for. */
export function notInKeras(kind: string, problem?: string): never {
  throw new VggError('not-in-keras', { kind, ...(problem !== undefined && { problem }) });
}

const zero = { class_name: 'Zeros', config: {} };
/** Weights are set from outside: drawing them twice would take long. */
export const kerasInitializers = { kernel_initializer: zero, bias_initializer: zero };

/** Keras's axis of one of PyTorch's: images have their channels last. */
export function kerasAxis(axis: number, rank: number): number {
  return rank === 4 ? [0, 3, 1, 2][axis]! : axis;
}

/** From N×H×W×C to the order in which PyTorch's N×C×H×W lies in memory; nothing to do for a single pixel. */
export function toChannelsFirst(shape: Shape): readonly KerasLayer[] {
  const image = shape.length === 4 && shape[2]! * shape[3]! > 1;
  return image ? [permuted([3, 1, 2])] : [];
}

/** And back, after something has made an image. */
export function toChannelsLast(shape: Shape): readonly KerasLayer[] {
  return shape.length === 4 ? [permuted([2, 3, 1])] : [];
}

const permuted = (dims: readonly number[]): KerasLayer => ({
  class_name: 'Permute',
  config: { dims },
  tape: keepsNothing,
});

/** Throws for a kind that Keras has for images alone, as far as it is written here. */
export function onlyImages(kind: string, rank: Rank): void {
  if (rank !== 2) notInKeras(kind);
}

/** Pixels to add before and after, for each axis. */
export type Padding = readonly (readonly [before: number, after: number])[];

/** The padding that makes the window fall where PyTorch's does; what no window reaches is left out. */
export function paddingFor(w: Window, input: Shape, output: Shape): Padding {
  const size = input.slice(2);
  const covered = perAxis(
    [output.slice(2), w.stride, reachOf(w)],
    (n, stride, reach) => (n - 1) * stride + reach,
  );
  const after = perAxis([covered, size, w.before], (end, side, before) => Math.max(0, end - side - before));
  return after.map((behind, axis) => [w.before[axis]!, behind]);
}

export const noPadding = (padding: Padding) => padding.flat().every((size) => size === 0);

/** A border of zeros; none when there is nothing to add. */
export function zeroPadding(padding: Padding): readonly KerasLayer[] {
  return noPadding(padding) ? [] : [{ class_name: 'ZeroPadding2D', config: { padding }, tape: keepsInput }];
}

/** Keras's pools, and what the tape records of them. */
export const maximumPooling = {
  class_name: 'MaxPooling2D',
  tape: (tape, { inputs, output }) => tape.run({ inputs, output, saves: inputs, savesOutput: true }),
} satisfies Omit<KerasLayer, 'config'>;
export const averagePooling = {
  class_name: 'AveragePooling2D',
  tape: keepsInput,
} satisfies Omit<KerasLayer, 'config'>;

/** A pool of a kind that has none but whole windows; `pad` goes before it. */
export function kerasPool(
  pooling: Omit<KerasLayer, 'config'>,
  pool_size: readonly number[],
  strides: readonly number[],
  pad: readonly KerasLayer[] = [],
): readonly KerasLayer[] {
  return [...pad, { ...pooling, config: { pool_size, strides, padding: 'valid' } }];
}

/** Adaptive pooling, where all windows are of one size. */
export function kerasAdaptivePool(
  kind: string,
  pooling: Omit<KerasLayer, 'config'>,
  input: Shape,
  output: Shape,
): readonly KerasLayer[] {
  const size = [input[2]! / output[2]!, input[3]! / output[3]!];
  if (!size.every(Number.isInteger)) {
    notInKeras(kind, `windows of unequal size, ${input[2]}×${input[3]} pixels to ${output[2]}×${output[3]}`);
  }
  return size.every((side) => side === 1) ? kerasIdentity() : kerasPool(pooling, size, size);
}
