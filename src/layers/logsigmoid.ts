import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { elementwise, multiply, scale } from './shared/onnx/arithmetic.ts';

/** log(1 / (1 + e^−x)). Source: torch.nn.LogSigmoid. */
export const logsigmoid = defineLayer({
  ...perElement,
  kind: 'logsigmoid',
  stem: 'logsigmoid',
  attributes: z.strictObject({}),
  // σ(−x)
  onnx: onnxActivation(
    (g, x) => scale(g, elementwise(g, 'Softplus', scale(g, x, -1)), -1),
    (g, { x, gradient }) => multiply(g, gradient, elementwise(g, 'Sigmoid', scale(g, x, -1))),
  ),
  // The buffer is the CPU's; on CUDA it is empty.
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, saves: [x], byproducts: [{ shape: [0] }] }),
});
