import type { Shape } from './shape.ts';

/** A tensor in a file of weights. */
export interface StoredTensor {
  /** As the file has it: `layer1.0.conv1.weight`. */
  readonly name: string;
  /** PyTorch's name of it: `float32`, `bfloat16`, `int64`. */
  readonly dtype: string;
  /** Empty for a scalar. */
  readonly shape: Shape;
  /** What its values take. */
  readonly bytes: number;
  /** An earlier tensor of the file with the same values in the same place. */
  readonly sameAs?: string;
}

/** The tensors of a file of weights, in its order. */
export interface StoredWeights {
  /** `Safetensors` or `PyTorch`. */
  readonly format: string;
  readonly tensors: readonly StoredTensor[];
  /** Where in a checkpoint they stand: `state_dict`. */
  readonly at?: string;
  /** What else the checkpoint holds: `optimizer`, `epoch`. */
  readonly beside?: readonly string[];
}
