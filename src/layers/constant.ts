import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { integersOf, tabled, tensorAttributes } from './shared/table.ts';
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
  onnx(g, { attributes: a, output }) {
    if (!a.values) throw new VggError('values-unknown', { kind: 'constant' });
    const made = a.dtype === 'int64' ? integersOf(g, a) : g.constant(a.values, 'float32', output);
    return { output: made, backward: () => ({ inputs: [] }) };
  },
  execute: (operators, { attributes: { dtype }, output }) =>
    operators.run({ inputs: [], output, resultType: dtype === 'int64' ? dtype : operators.floats }),
});
