import type { Shape } from '../../core/shape.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import type { FileNode } from '../../onnx/file.ts';
import type { Range } from '../../onnx/wire.ts';
import type { Computed, Constant, Value } from './value.ts';

/** What a node gives, in its order; undefined for a result that is not known. */
export type Results = readonly (Value | undefined)[];

/** Tensors of the file that are weights of a layer, by our names. */
export type Tensors = Readonly<Record<string, Constant | undefined>>;

/** The network that nodes are translated into. */
export interface Host {
  readonly opset: number;
  /** Adds the layer of a node and gives its results. */
  add(
    node: FileNode,
    kind: string,
    attributes: object,
    inputs: readonly Computed[],
    tensors: Tensors,
  ): readonly Computed[];
  /** Adds an operator of which only the shapes are known; `moves` where there is nothing to compute. */
  unknown(
    node: FileNode,
    inputs: Results,
    shapes: readonly Shape[],
    types: readonly TensorType[],
    moves?: boolean,
  ): readonly Computed[];
  /** A constant as a layer of its own: the same tensor once, whatever reads it. */
  parameter(constant: Constant): Computed;
  /** Whether a tensor is the filters of layers that differ in their biases. */
  isSharedApart(constant: Constant): boolean;
  /** Whether a tensor is a layer's weight already. */
  isCounted(constant: Constant): boolean;
  /** The one node that reads the first result, where the network does not give it out. */
  onlyReader(node: FileNode): FileNode | undefined;
  valueOf(name: string): Value | undefined;
  /** Passes over a later node: what it gives is there already. */
  absorb(reader: FileNode, value: Value): void;
  /** Translates a graph of an attribute. Throws `onnx-too-deep`. */
  runInner(range: Range): Results;
}
