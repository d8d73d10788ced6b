import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { elementwise, multiply } from './shared/onnx/arithmetic.ts';

/** The cosine of each element. Source: torch.cos. */
export const cos = defineLayer(
  elementFunction('cos', {
    keeps: 'input',
    // The sine, and that negated.
    scratch: 2,
    onnx: 'Cos',
    derive: (g, { x, gradient }) => elementwise(g, 'Neg', multiply(g, gradient, elementwise(g, 'Sin', x))),
  }),
);
