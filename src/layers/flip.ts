import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { distinct } from './shared/axes.ts';
import { reversed } from './shared/onnx/reversed.ts';

/** The elements along dimensions in reverse. A copy. Source: torch.flip. */
export const flip = defineLayer({
  kind: 'flip',
  family: 'reshape',
  stem: 'flip',
  takesTypes: 'any',
  attributes: z.strictObject({ dims: z.array(z.int()) }),
  shape({ attributes: { dims }, inputs: [x] }) {
    distinct(dims, x);
    return x;
  },
  onnx(g, { attributes: { dims }, inputs: [x] }) {
    const axes = distinct(dims, x.shape);
    return {
      output: reversed(g, x, axes),
      backward: (gradient) => ({ inputs: [reversed(g, gradient, axes)] }),
      ...(axes.includes(0) && { mixesBatch: true as const }),
    };
  },
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x], output }),
});
