import * as z from 'zod/mini';
import { isContiguous } from '../core/layout.ts';
import { defineLayer } from './layer.ts';
import { onnxView } from './shared/onnx/view.ts';
import { copied } from './shared/view.ts';

/** The same elements row after row: a copy where they lie in another way. Source: torch.Tensor.contiguous. */
export const contiguous = defineLayer({
  kind: 'contiguous',
  family: 'reshape',
  stem: 'contiguous',
  takesTypes: 'any',
  attributes: z.strictObject({}),
  shape: ({ inputs }) => inputs[0],
  onnx: onnxView,
  execute: (operators, { inputs: [x] }) => (isContiguous(x) ? x : copied(operators, x)),
});
