import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { elementwise, multiply } from './shared/onnx/arithmetic.ts';

/** The sine of each element. Source: torch.sin. */
export const sin = defineLayer(
  elementFunction('sin', {
    keeps: 'input',
    scratch: 1,
    onnx: 'Sin',
    derive: (g, { x, gradient }) => multiply(g, gradient, elementwise(g, 'Cos', x)),
  }),
);
