import * as z from 'zod/mini';
import { executeKeepingResult, perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './shared/keras.ts';
import { fromOutput } from './shared/keras-tape.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { elementwise, multiply, subtract } from './shared/onnx/arithmetic.ts';

/** 1 / (1 + e^−x). Source: torch.nn.Sigmoid. */
export const sigmoid = defineLayer({
  ...perElement,
  kind: 'sigmoid',
  stem: 'sigmoid',
  attributes: z.strictObject({}),
  keras: kerasActivation('sigmoid', (tape, { inputs: [x] }) => fromOutput(tape, x)),
  // y(1 − y)
  onnx: onnxActivation(
    (g, x) => elementwise(g, 'Sigmoid', x),
    (g, { y, gradient }) => multiply(g, gradient, multiply(g, y, subtract(g, g.constant(1), y))),
  ),
  execute: executeKeepingResult,
});
