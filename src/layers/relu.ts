import * as z from 'zod/mini';
import { executeKeepingResult, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { kerasActivation } from './shared/keras.ts';
import { rectified } from './shared/keras-tape.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, elementwise, where, zero } from './shared/onnx/arithmetic.ts';

/** max(0, x); one comparison an element. Source: torch.nn.ReLU. */
export const relu = defineLayer({
  ...perElement,
  kind: 'relu',
  stem: 'relu',
  keepsMaxima: true,
  attributes: z.strictObject({ inplace }),
  keras: kerasActivation('relu', (tape, { inputs: [x] }) => rectified(tape, x)),
  onnx: onnxActivation(
    (g, x) => elementwise(g, 'Relu', x),
    (g, { y, gradient }) => where(g, compare(g, 'Greater', y, zero(g)), gradient, zero(g)),
  ),
  execute: executeKeepingResult,
});
