import type { DeviceName } from '../../device.ts';
import type { Shape } from '../../../core/shape.ts';
import type { OnnxAttributes, OnnxGraph, Tensor } from '../../../onnx/graph.ts';

/** Writes what an operator computes in other operators. */
export type Substitute = (
  g: OnnxGraph,
  inputs: readonly Tensor[],
  output: { readonly shape: Shape },
  attributes: OnnxAttributes,
) => Tensor;

/** What graphs may use where they are to run: one of onnxruntime's execution providers. */
export interface Target {
  /** Its name in `--device` and in onnxruntime. */
  readonly name: DeviceName;
  /** onnxruntime's options of it. */
  readonly options: object;
  /** Bytes of tensors that may live in a step that is not cut in parts. */
  readonly budget: number;
  /** Whether large weights are updated faster by runs of their own, block by block. */
  readonly blocks: boolean;
  /** Whether 64-bit numbers can be computed with. */
  readonly wide: boolean;
  /** How operators are written that it lacks; by name, with the domain of contributed ones. */
  readonly substitutes: Readonly<Record<string, Substitute>>;
}
