import type { Shape } from '../../../core/shape.ts';
import { multiply } from './arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { OnnxResult } from './result.ts';

/** In training a product with noise of zeros and 1 / (1 − p); the identity otherwise. */
export function onnxNoise(g: OnnxGraph, x: Tensor, shape: Shape, p: number): OnnxResult {
  if (!g.training || p === 0) return { output: x, backward: (gradient) => ({ inputs: [gradient] }) };
  const noise = g.noise(shape, p);
  return {
    output: multiply(g, x, noise),
    backward: (gradient) => ({ inputs: [multiply(g, gradient, noise)] }),
  };
}
