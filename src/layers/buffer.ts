import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { tabled, tableOf, tensorAttributes } from './shared/table.ts';
import { defineLayer } from './layer.ts';
import { none } from './shared/inputs.ts';

/**
 * A tensor that is saved with the network and not learned, for layers to read like any other: a table of relative
 * positions. Its shape is whole, without a batch. Source: torch.nn.Buffer.
 */
export const buffer = defineLayer({
  kind: 'buffer',
  family: 'join',
  stem: 'buffer',
  takes: none,
  attributes: z.strictObject(tensorAttributes),
  givesTypes: ({ dtype }) => [dtype],
  shape: ({ attributes }) => tabled('buffer', attributes),
  // It has the very name of its node.
  weights: ({ attributes: { shape, dtype, values } }) => ({
    '': {
      shape,
      init: { law: 'values', values: values ?? [0] },
      buffer: true as const,
      ...(dtype === 'int64' && { integer: true as const }),
      ...(dtype === 'bool' && { bool: true as const }),
    },
  }),
  onnx(g, { attributes: a, weights: { '': weight } }) {
    if (!a.values) throw new VggError('values-unknown', { kind: 'buffer' });
    const output = a.dtype === 'float' ? weight : tableOf(g, a);
    return { output, backward: () => ({ inputs: [] }) };
  },
  execute: (_, { weights: { '': weight } }) => weight,
});
