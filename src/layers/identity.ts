import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { kerasIdentity } from './shared/keras.ts';
import { onnxView } from './shared/onnx/view.ts';

/** Hands on what comes in. Source: torch.nn.Identity. */
export const identity = defineLayer({
  kind: 'identity',
  family: 'reshape',
  stem: 'identity',
  takesTypes: 'any',
  attributes: z.strictObject({}),
  shape: ({ inputs }) => inputs[0],
  keras: kerasIdentity,
  onnx: onnxView,
  execute: (_, { inputs: [x] }) => x,
});
