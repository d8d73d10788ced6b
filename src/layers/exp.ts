import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { multiply } from './shared/onnx/arithmetic.ts';

/** The exponential of each element. Source: torch.exp. */
export const exp = defineLayer(
  elementFunction('exp', {
    keeps: 'result',
    scratch: 0,
    autocast: 'float32',
    onnx: 'Exp',
    derive: (g, { y, gradient }) => multiply(g, gradient, y),
  }),
);
