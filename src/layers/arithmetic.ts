import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { integer } from './shared/attributes.ts';
import { broadcast } from './shared/join.ts';
import { defineLayer } from './layer.ts';

const attributes = z.strictObject({
  /** What the file calls it. */
  operator: z.string(),
  /** Of the numbers that take part; empty for a single one, or where there are none. */
  shape: z._default(z.array(integer(1)), []),
});

/** A function of each element that no kind names, as x · 0.5 in a file or its error function: one operation an element. */
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
      saves: LINEAR.has(operator) ? [] : [x],
      gradients: [operator === 'Add' || operator === 'Sub' ? 'incoming' : 'product'],
    }),
});

const LINEAR: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div']);
