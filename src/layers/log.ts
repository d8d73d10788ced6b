import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { divide } from './shared/onnx/arithmetic.ts';

/** The natural logarithm of each element. Source: torch.log. */
export const log = defineLayer(
  elementFunction('log', {
    keeps: 'input',
    scratch: 0,
    autocast: 'float32',
    onnx: 'Log',
    derive: (g, { x, gradient }) => divide(g, gradient, x),
  }),
);
