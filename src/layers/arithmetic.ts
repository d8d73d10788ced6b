import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { integer } from './shared/attributes.ts';
import { broadcast } from './shared/join.ts';
import { defineLayer } from './layer.ts';

const attributes = z.strictObject({
  /** What the file calls it. */
  operator: z.string(),
  /** Of the numbers; empty for a single one. */
  shape: z.array(integer(1)),
});

/** An operation with numbers that nobody learns, as x · 0.5 in a file: one operation an element. */
export const arithmetic = defineLayer({
  kind: 'arithmetic',
  family: 'join',
  stem: 'arithmetic',
  attributes,
  shape: ({ attributes: { operator, shape }, inputs: [x] }) => broadcast(operator, [x, shape]),
  elementwise: ({ output }) => elements(output),
  // Additions hand their gradient on; a product with numbers keeps nothing of its input.
  execute: (operators, { attributes: { operator }, inputs: [x], output }) =>
    operators.run({
      inputs: [x],
      output,
      gradients: [/^(?:Add|Sub)$/.test(operator) ? 'incoming' : 'product'],
    }),
});
