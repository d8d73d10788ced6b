import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { tabled, tableOf, tensorAttributes, typeOf } from './shared/table.ts';
import { defineLayer } from './layer.ts';
import { none } from './shared/inputs.ts';

/** A tensor of given numbers that each forward pass creates. Source: torch.tensor. */
export const constant = defineLayer({
  kind: 'constant',
  family: 'join',
  stem: 'constant',
  takes: none,
  attributes: z.strictObject(tensorAttributes),
  givesTypes: ({ dtype }) => [dtype],
  shape: ({ attributes }) => tabled('constant', attributes),
  onnx(g, { attributes: a }) {
    if (!a.values) throw new VggError('values-unknown', { kind: 'constant' });
    return { output: tableOf(g, a), backward: () => ({ inputs: [] }) };
  },
  execute: (operators, { attributes: { dtype }, output }) =>
    operators.run({ inputs: [], output, resultType: typeOf(dtype, operators.floats) }),
});
