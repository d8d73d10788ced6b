import type { Tape, Traced } from './tape.ts';

/** A Keras layer applied once: its tensors in bytes. */
export interface Application {
  readonly inputs: readonly Traced[];
  readonly output: number;
  /** Bytes of its learnt weights. */
  readonly weights: number;
  readonly config: Readonly<Record<string, unknown>>;
}

type Record_ = (tape: Tape, application: Application) => Traced;

/** Bytes of a boolean for each float. */
const mask = (bytes: number) => bytes / 4;

/** Convolutions and products are fused with their bias, and all their gradients come at once. */
const fused: Record_ = (tape, { inputs, output, weights }) =>
  tape.run({ inputs, output, weights, saves: inputs, savesOutput: true, eager: true });

const view: Record_ = (tape, { inputs }) => reshaped(tape, inputs[0]!);
const reshaped = (tape: Tape, x: Traced) => tape.run({ inputs: [x], saves: [x], passes: true });

/** An operation that keeps its input alone. */
const keepsInput: Record_ = (tape, { inputs, output }) => tape.run({ inputs, output, saves: inputs });

/** A chain of operations on two tensors at a time. */
const chain =
  (passes: boolean): Record_ =>
  (tape, { inputs: [first, ...others], output }) =>
    others.reduce((left, right) => {
      const inputs = [left, right];
      const scratch = inputs.some(({ bytes }) => bytes !== output) ? output : 0;
      return tape.run({ inputs, output, saves: inputs, passes, scratch });
    }, first!);

const relu = (tape: Tape, x: Traced) =>
  tape.run({ inputs: [x], output: x.bytes, saves: [x], scratch: tape.step * x.bytes });
const fromOutput = (tape: Tape, x: Traced) =>
  tape.run({ inputs: [x], output: x.bytes, savesOutput: true, scratch: 2 * x.bytes });
const product = (tape: Tape, a: Traced, b: Traced) =>
  tape.run({ inputs: [a, b], output: a.bytes, saves: [a, b] });

/** Element-wise functions by Keras's name. */
const activations: Readonly<Record<string, (tape: Tape, x: Traced) => Traced>> = {
  linear: (_, x) => x,
  relu,
  sigmoid: fromOutput,
  tanh: fromOutput,
  relu6(tape, x) {
    const positive = relu(tape, x);
    const scratch = x.bytes + mask(x.bytes);
    return tape.run({ inputs: [positive], output: x.bytes, saves: [positive], scratch });
  },
  // x · sigmoid(1 · x)
  swish(tape, x) {
    const scaled = tape.run({ inputs: [x], output: x.bytes, saves: [x] });
    return product(tape, fromOutput(tape, scaled), x);
  },
};

/** The mean of each channel; its derivative spreads it over a tensor of ones. */
const channelMean = (tape: Tape, x: Traced, channel: number) =>
  tape.run({ inputs: [x], output: channel, saves: [x], scratch: 2 * x.bytes });

/** Composed of the mean, the squared deviations, and the normalization by them. */
const batchNorm: Record_ = (tape, { inputs: [x], output, weights }) => {
  const channel = weights / 2;
  const mean = channelMean(tape, x!, channel);
  const cast = tape.run({ inputs: [x!], passes: true });
  const deviation = tape.run({ inputs: [cast, mean], output, saves: [cast, mean], passes: true });
  const squared = tape.run({ inputs: [deviation], output, saves: [deviation], scratch: output });
  const variance = channelMean(tape, squared, channel);
  const inputs = [x!, mean, variance];
  const scratch = 2 * output;
  const normed = tape.run({ inputs, output, saves: inputs, weights, extra: 2 * output, scratch });
  return reshaped(tape, normed);
};

/**
 * What tfjs-layers computes for each Keras class and what tfjs-core's derivatives need. Source: tfjs 4.22,
 * `tfjs-layers/src/layers`, `tfjs-core/src/gradients`.
 */
export const layerOperations: Readonly<Record<string, Record_>> = {
  Conv2D: fused,
  Dense: fused,
  DepthwiseConv2D(tape, { inputs, output, weights, config }) {
    const y = tape.run({ inputs, output, weights, saves: inputs });
    return config['use_bias'] === false ? y : tape.run({ inputs: [y], output, saves: [y], passes: true });
  },
  BatchNormalization: batchNorm,
  Activation: (tape, { inputs: [x], config }) => activations[config['activation'] as string]!(tape, x!),
  LeakyReLU: (tape, { inputs, output }) =>
    tape.run({ inputs, output, saves: inputs, extra: mask(output), scratch: output }),
  Softmax: (tape, { inputs, output }) =>
    tape.run({ inputs, output, savesOutput: true, extra: output, scratch: output }),
  // Ours draws the mask; a rate of 0 passes the input on.
  Dropout: (tape, { inputs: [x], output, config }) =>
    config['rate'] === 0 ? x! : tape.run({ inputs: [x!], output, saves: [x!], constants: output }),
  MaxPooling2D: (tape, { inputs, output }) => tape.run({ inputs, output, saves: inputs, savesOutput: true }),
  AveragePooling2D: keepsInput,
  ZeroPadding2D: keepsInput,
  LowestPadding2D: keepsInput,
  UpSampling2D: keepsInput,
  Permute: (tape, { inputs, output }) => tape.run({ inputs, output }),
  Reshape: view,
  Concatenate: (tape, { inputs, output }) => tape.run({ inputs, output, saves: inputs, eager: true }),
  Add: chain(true),
  Multiply: chain(false),
};
