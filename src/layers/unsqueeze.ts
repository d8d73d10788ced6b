import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';
import { onnxView } from './shared/onnx/view.ts';
import { inShape } from './shared/view.ts';

/** A new dimension of size 1 at place `dim`. A view. Source: torch.unsqueeze. */
export const unsqueeze = defineLayer({
  kind: 'unsqueeze',
  family: 'reshape',
  stem: 'unsqueeze',
  takesTypes: 'any',
  attributes: z.strictObject({ dim: z.int() }),
  shape: ({ attributes: { dim }, inputs: [x] }) => x.toSpliced(dimension(dim, [...x, 1]), 0, 1),
  onnx: onnxView,
  execute: (operators, { inputs: [x], output }) => inShape(operators, x, output),
});
