/** A buffer of TensorFlow.js; views share one. */
export interface Buffer {
  readonly bytes: number;
  users: number;
}

/** A tensor of the forward pass, known by its size alone. */
export interface Traced {
  readonly bytes: number;
  readonly memory: Buffer;
  /** A learned weight lies behind it, so that it has a gradient. */
  readonly learned: boolean;
}

/** An operation as TensorFlow.js's tape records it. */
export interface TapeOperation {
  readonly inputs: readonly [Traced, ...Traced[]];
  /** Bytes of the result; left out where it is the first input seen with another shape. */
  readonly output?: number;
  /** Inputs that the derivative needs. */
  readonly saves?: readonly Traced[];
  /** The derivative needs the result. */
  readonly savesOutput?: boolean;
  /** Bytes of constants that the derivative needs. */
  readonly constants?: number;
  /** Bytes of the gradients of its weights. */
  readonly weights?: number;
  /** The gradients of its inputs are that of its result itself. */
  readonly passes?: boolean;
  /** All gradients are computed at once, also those that nobody asks for. */
  readonly eager?: boolean;
  /** Bytes that the derivative computes beside the gradients and that stay to the end. */
  readonly extra?: number;
  /** Bytes that live only while a gradient is computed. */
  readonly scratch?: number;
}

/** The tape of one training step. */
export interface Tape {
  /** What a backend's step function, the derivative of ReLU, takes at once, as a multiple of its input. */
  readonly step: number;
  run(operation: TapeOperation): Traced;
}

/** A Keras layer applied once: its tensors in bytes. */
export interface Application {
  readonly inputs: readonly [Traced, ...Traced[]];
  readonly output: number;
  /** Bytes of its learned weights. */
  readonly weights: number;
}

/**
 * The operations that tfjs-layers runs for a Keras layer, with what tfjs-core's derivatives need of each. Source: tfjs
 * 4.22, `tfjs-layers/src/layers`, `tfjs-core/src/gradients`.
 */
export type Recording = (tape: Tape, application: Application) => Traced;

/** Bytes of a boolean for each float. */
export const maskOf = (bytes: number) => bytes / 4;

/** Convolutions and products are fused with their bias, and all their gradients come at once. */
export const fused: Recording = (tape, { inputs, output, weights }) =>
  tape.run({ inputs, output, weights, saves: inputs, savesOutput: true, eager: true });

/** Hands on its input. */
export const passedOn: Recording = (_, { inputs: [x] }) => x;

/** The input seen with another shape. */
export const reshaped: Recording = (tape, { inputs: [x] }) =>
  tape.run({ inputs: [x], saves: [x], passes: true });

/** An operation that keeps its input alone. */
export const keepsInput: Recording = (tape, { inputs, output }) =>
  tape.run({ inputs, output, saves: inputs });

/** An operation that keeps nothing. */
export const keepsNothing: Recording = (tape, { inputs, output }) => tape.run({ inputs, output });

/** A chain of operations on two tensors at a time. */
export const chained =
  (passes: boolean): Recording =>
  (tape, { inputs: [first, ...others], output }) =>
    others.reduce((left, right) => {
      const inputs = [left, right] as const;
      const scratch = inputs.some(({ bytes }) => bytes !== output) ? output : 0;
      return tape.run({ inputs, output, saves: inputs, passes, scratch });
    }, first);

/** ReLU keeps its input. */
export const rectified = (tape: Tape, x: Traced): Traced =>
  tape.run({ inputs: [x], output: x.bytes, saves: [x], scratch: tape.step * x.bytes });

/** A function whose derivative is one of its result, as sigmoid and tanh. */
export const fromOutput = (tape: Tape, x: Traced): Traced =>
  tape.run({ inputs: [x], output: x.bytes, savesOutput: true, scratch: 2 * x.bytes });
