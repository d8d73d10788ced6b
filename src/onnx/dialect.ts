import type { Shape } from '../core/shape.ts';
import type { OnnxAttributes, OnnxGraph, Tensor } from './graph.ts';

/** Writes what an operator computes in other operators. */
export type Substitute = (
  g: OnnxGraph,
  inputs: readonly Tensor[],
  output: { readonly shape: Shape },
  attributes: OnnxAttributes,
) => Tensor;

/** The operators that a graph may use where it is to run. */
export interface Dialect {
  /** Whether 64-bit numbers can be computed with. */
  readonly wide: boolean;
  /** How operators are written that are lacking; by name, with the domain of contributed ones. */
  readonly substitutes: Readonly<Record<string, Substitute>>;
}

/** Everything that onnxruntime's CPU provider has. */
export const whole: Dialect = { wide: true, substitutes: {} };
