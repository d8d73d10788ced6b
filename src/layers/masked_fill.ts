import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { sameShape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { two } from './shared/inputs.ts';
import { broadcast } from './shared/join.ts';
import { sumTo, where, zero } from './shared/onnx/arithmetic.ts';

/** A number wherever the second input, of truth values, holds. Source: torch.masked_fill. */
export const masked_fill = defineLayer({
  kind: 'masked_fill',
  family: 'join',
  stem: 'masked_fill',
  takes: two,
  takesTypes: ['float', 'bool'],
  attributes: z.strictObject({ value: z.number() }),
  shape: ({ inputs }) => broadcast('masked_fill', inputs),
  elementwise: ({ output }) => elements(output),
  onnx: (g, { attributes: { value }, inputs: [x, mask] }) => ({
    output: where(g, mask, g.constant(value), x),
    backward: (gradient, [needed]) => ({
      inputs: [needed ? sumTo(g, where(g, mask, zero(g), gradient), x.shape) : undefined, undefined],
    }),
  }),
  execute: (operators, { inputs: [x, mask], output }) =>
    operators.run({
      inputs: [x, mask],
      output,
      saves: [mask],
      layout: 'contiguous',
      gradients: [sameShape(x.shape, output) ? 'new' : 'product', 'none'],
      resultType: x.type,
    }),
});
