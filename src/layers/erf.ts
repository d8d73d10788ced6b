import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { elementwise, multiply, scale } from './shared/onnx/arithmetic.ts';

/** The error function of each element. Source: torch.erf. */
export const erf = defineLayer(
  elementFunction('erf', {
    keeps: 'input',
    // The square, that negated, its exponential, and that scaled.
    scratch: 4,
    onnx: 'Erf',
    // 2 / √π · e^(−x²)
    derive: (g, { x, gradient }) => {
      const bell = elementwise(g, 'Exp', elementwise(g, 'Neg', multiply(g, x, x)));
      return multiply(g, gradient, scale(g, bell, 2 / Math.sqrt(Math.PI)));
    },
  }),
);
