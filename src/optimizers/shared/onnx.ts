import { elementwise, multiply, scale, subtract } from '../../layers/shared/onnx/arithmetic.ts';
import { gemm } from '../../layers/shared/onnx/weight-gradient.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import type { WeightGradient } from '../../layers/shared/onnx/result.ts';

/** 1 − rate·decay */
export const decayFactor = (g: OnnxGraph, rate: Tensor, decay: number): Tensor =>
  subtract(g, g.constant(1), scale(g, rate, decay));

/** from − rate·gradient; a gradient that is a product of matrices is subtracted by the operator that computes it. */
export function subtractProduct(g: OnnxGraph, from: Tensor, gradient: WeightGradient, rate: Tensor): Tensor {
  return 'transposed' in gradient
    ? gemm(g, multiply(g, gradient.transposed, elementwise(g, 'Neg', rate)), gradient.by, from, 1)
    : subtract(g, from, multiply(g, gradient, rate));
}
