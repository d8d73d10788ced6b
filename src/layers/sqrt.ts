import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { divide, scale } from './shared/onnx/arithmetic.ts';

/** The square root of each element. Source: torch.sqrt. */
export const sqrt = defineLayer(
  elementFunction('sqrt', {
    keeps: 'result',
    scratch: 1,
    onnx: 'Sqrt',
    derive: (g, { y, gradient }) => divide(g, gradient, scale(g, y, 2)),
  }),
);
