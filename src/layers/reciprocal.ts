import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { elementwise, multiply } from './shared/onnx/arithmetic.ts';

/** One divided by each element. Source: torch.reciprocal. */
export const reciprocal = defineLayer(
  elementFunction('reciprocal', {
    keeps: 'result',
    // The square of the result, and −gradient.
    scratch: 2,
    autocast: 'float32',
    onnx: 'Reciprocal',
    derive: (g, { y, gradient }) => elementwise(g, 'Neg', multiply(g, gradient, multiply(g, y, y))),
  }),
);
