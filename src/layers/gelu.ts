import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { add, elementwise, multiply, scale, shift, subtract } from './shared/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';

/** Φ(x) = (1 + erf(x/√2)) / 2; the derivative is Φ(x) + x·φ(x). */
const onnxGelu = onnxActivation(
  (g, x) => multiply(g, x, normalDistribution(g, x)),
  (g, { x, gradient }) => {
    const density = elementwise(g, 'Exp', scale(g, multiply(g, x, x), -0.5));
    const slope = multiply(g, x, scale(g, density, 1 / Math.sqrt(2 * Math.PI)));
    return multiply(g, gradient, add(g, normalDistribution(g, x), slope));
  },
);

const normalDistribution = (g: OnnxGraph, x: Tensor): Tensor =>
  scale(g, shift(g, elementwise(g, 'Erf', scale(g, x, Math.SQRT1_2)), 1), 0.5);

/** x(1 + t)/2 with t = tanh(√(2/π)·(x + 0.044715·x³)). */
const onnxGeluByTanh = onnxActivation(
  (g, x) => multiply(g, scale(g, x, 0.5), shift(g, bend(g, x), 1)),
  (g, { x, gradient }) => {
    const t = bend(g, x);
    const square = multiply(g, x, x);
    const inner = scale(g, shift(g, scale(g, square, 3 * CUBIC), 1), Math.sqrt(2 / Math.PI));
    const steepness = subtract(g, g.constant(1), multiply(g, t, t));
    const slope = multiply(g, scale(g, x, 0.5), multiply(g, steepness, inner));
    return multiply(g, gradient, add(g, scale(g, shift(g, t, 1), 0.5), slope));
  },
);

const CUBIC = 0.044715;

function bend(g: OnnxGraph, x: Tensor): Tensor {
  const cubed = multiply(g, multiply(g, x, x), scale(g, x, CUBIC));
  return elementwise(g, 'Tanh', scale(g, add(g, x, cubed), Math.sqrt(2 / Math.PI)));
}

/** x·Φ(x), with the error function or its tanh approximation. Source: torch.nn.GELU. */
export const gelu = defineLayer({
  ...perElement,
  kind: 'gelu',
  stem: 'gelu',
  attributes: z.strictObject({ approximate: z._default(z.enum(['none', 'tanh']), 'none') }),
  onnx: (g, call) => (call.attributes.approximate === 'tanh' ? onnxGeluByTanh : onnxGelu)(g, call),
  execute: executeKeepingInput,
});
