import type { Shape } from '../core/shape.ts';

/** What one element of an ONNX tensor is. */
export type ElementType = 'float32' | 'float64' | 'int64' | 'bool';

/** A value of the ONNX graph being written: its name, and the shape that it will have. */
export interface Tensor {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

/** A tensor yet without a name. */
export interface TensorType {
  readonly shape: Shape;
  readonly type: ElementType;
}

/** A bare number is an integer in ONNX; a float is written as such. */
export type Attribute = number | readonly number[] | string | { readonly float: number };
export type OnnxAttributes = Readonly<Record<string, Attribute>>;

/** An ONNX graph being written. Layer kinds append their nodes through it. */
export interface OnnxGraph {
  /** False for inference: dropout and stochastic depth do nothing, batch-norm uses its running statistics. */
  readonly training: boolean;
  /** False where 64-bit numbers can only be constants: a max-pool then cannot tell which elements it chose. */
  readonly wide: boolean;
  /** Appends a node; `operator` is ONNX's name, with its domain before it for contributed ones. */
  run(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    output: Shape | TensorType,
    attributes?: OnnxAttributes,
  ): Tensor;
  /** The same for a node with several outputs. */
  runAll(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly (Shape | TensorType)[],
    attributes?: OnnxAttributes,
  ): readonly Tensor[];
  constant(values: number | readonly number[], type?: ElementType, shape?: Shape): Tensor;
  /** An input of the graph that is drawn again for each step: 0 with probability `p`, 1 / (1 − p) otherwise. */
  noise(shape: Shape, p: number): Tensor;
}
