import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { WeightGradient } from './result.ts';
import { add, matmul, transpose } from './arithmetic.ts';

/** The gradient as a tensor of its own. */
export function gradientValue(g: OnnxGraph, gradient: WeightGradient): Tensor {
  return 'transposed' in gradient
    ? matmul(g, transpose(g, gradient.transposed, [1, 0]), gradient.by)
    : gradient;
}

/** sum + gradient */
export const accumulate = (g: OnnxGraph, sum: Tensor, gradient: WeightGradient): Tensor =>
  'transposed' in gradient ? gemm(g, gradient.transposed, gradient.by, sum, 1) : add(g, sum, gradient);

/** aᵀ·b + beta·c */
export function gemm(g: OnnxGraph, a: Tensor, b: Tensor, c: Tensor, beta: number): Tensor {
  return g.run('Gemm', [a, b, c], c.shape, { transA: 1, beta: { float: beta } });
}
