import * as z from 'zod/mini';
import { executeKeepingResult, perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './shared/keras.ts';
import { fromOutput } from './shared/keras-tape.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { elementwise, multiply, subtract } from './shared/onnx/arithmetic.ts';

/** Hyperbolic tangent. Source: torch.nn.Tanh. */
export const tanh = defineLayer({
  ...perElement,
  kind: 'tanh',
  stem: 'tanh',
  attributes: z.strictObject({}),
  keras: kerasActivation('tanh', (tape, { inputs: [x] }) => fromOutput(tape, x)),
  // 1 − y²
  onnx: onnxActivation(
    (g, x) => elementwise(g, 'Tanh', x),
    (g, { y, gradient }) => multiply(g, gradient, subtract(g, g.constant(1), multiply(g, y, y))),
  ),
  execute: executeKeepingResult,
});
