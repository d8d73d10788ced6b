import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { integer } from './shared/attributes.ts';

/** A row of integers for each that comes in, 1 at its place and 0 elsewhere. Source: torch.nn.functional.one_hot. */
export const one_hot = defineLayer({
  kind: 'one_hot',
  family: 'reshape',
  stem: 'one_hot',
  takesTypes: ['int64'],
  attributes: z.strictObject({ num_classes: integer(1) }),
  shape: ({ attributes: { num_classes: classes }, inputs: [x] }) => [...x, classes],
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, layout: 'contiguous', gradients: ['none'] }),
});
