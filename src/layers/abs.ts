import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { compare, floats, multiply, subtract, zero } from './shared/onnx/arithmetic.ts';

/** Each element without its sign. Source: torch.abs. */
export const abs = defineLayer(
  elementFunction('abs', {
    keeps: 'input',
    scratch: 1,
    onnx: 'Abs',
    derive: (g, { x, gradient }) => {
      // onnxruntime's WebGPU provider has no Sign.
      const beside = (operator: string) => floats(g, compare(g, operator, x, zero(g)));
      return multiply(g, gradient, subtract(g, beside('Greater'), beside('Less')));
    },
  }),
);
