import * as z from 'zod/mini';
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
  // Neither JSON nor every reader of YAML has infinity for a number.
  attributes: z.strictObject({ value: z.union([z.number(), z.enum(['inf', '-inf'])]) }),
  shape: ({ inputs }) => broadcast('masked_fill', inputs),
  onnx: (g, { attributes: { value }, inputs: [x, mask] }) => ({
    output: where(g, mask, g.constant(numberOf(value)), x),
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

const numberOf = (value: number | 'inf' | '-inf'): number =>
  value === 'inf' ? Infinity : value === '-inf' ? -Infinity : value;
